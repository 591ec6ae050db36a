import type { BusMessage } from './bus.ts'

export type OnMessage = (message: BusMessage) => void

/**
 * Listens until the signal aborts, or rejects with what `onMessage` throws; has begun when the call returns. `subscribe`
 * returns how to stop it.
 */
export async function listening(
  subscribe: (onMessage: OnMessage) => () => void,
  onMessage: OnMessage,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  let isOver = false
  const unsubscribe = subscribe((message) => {
    if (isOver) return
    try {
      onMessage(message)
    } catch (error) {
      isOver = true
      reject(error)
    }
  })
  const stop = () => {
    isOver = true
    resolve()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await over
  } finally {
    signal.removeEventListener('abort', stop)
    unsubscribe()
  }
}
