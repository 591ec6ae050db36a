/**
 * The items of `source` until the signal aborts, at which it throws the reason at once: a source that is slow to notice
 * is told to end, but not waited for.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  signal.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  let giveUp: ((reason: unknown) => void) | undefined
  const abort = () => giveUp?.(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  let isDone = false
  try {
    while (!isDone) {
      signal.throwIfAborted()
      // Not a race with one promise for all items: that would hold on to each of them until the end.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject
        iterator.next().then(resolve, reject)
      })
      isDone = next.done === true
      if (!next.done) yield next.value
    }
  } catch (error) {
    isDone = !signal.aborted
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    if (!isDone) letGo(iterator)
  }
}

function letGo(iterator: AsyncIterator<unknown>): void {
  // Its end may wait for something that never comes; its last words interest nobody.
  void Promise.resolve(iterator.return?.()).catch(() => undefined)
}
