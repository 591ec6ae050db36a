/** The promise's result, unless the time is up (rejects with what `onTimeout` makes) or the signal aborts (its reason). */
export async function within<T>(
  promise: Promise<T>,
  {
    timeoutMs,
    signal,
    onTimeout,
  }: { timeoutMs?: number; signal?: AbortSignal | undefined; onTimeout?: () => Error },
): Promise<T> {
  const { promise: interruption, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => reject(onTimeout?.() ?? new Error('timeout')), timeoutMs)
  try {
    return await Promise.race([promise, interruption])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Resolves when the promise settles either way, or when the time is up: then false. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  const settled = promise.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, timeout])
  } finally {
    clearTimeout(timer)
  }
}
