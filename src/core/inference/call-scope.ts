import type { DeadlinePhase } from './errors.ts'

/** From the start of the call, retries included, to the first byte; between chunks; to the last byte. */
export interface Deadlines {
  readonly firstByteMs: number
  readonly stallMs: number
  readonly totalMs: number
}

/** One signal for everything that may end a call: the caller, and its three deadlines. */
export interface CallScope {
  readonly signal: AbortSignal
  firstByteLeftMs(): number
  firstByteArrived(): void
  /** Waits for the next chunk; only this waiting counts as a stall, not what a slow reader does in between. */
  nextChunk<T>(chunk: Promise<T>): Promise<T>
  close(): void
}

export interface CallScopeOptions {
  readonly caller: AbortSignal
  readonly deadlines: Deadlines
  readonly timeoutError: (phase: DeadlinePhase, timeoutMs: number) => Error
}

export function openCallScope({ caller, deadlines, timeoutError }: CallScopeOptions): CallScope {
  caller.throwIfAborted()
  const controller = new AbortController()
  const abortWithCaller = () => controller.abort(caller.reason)
  caller.addEventListener('abort', abortWithCaller, { once: true })
  const abortAfter = (phase: DeadlinePhase, ms: number) =>
    setTimeout(() => controller.abort(timeoutError(phase, ms)), ms)

  const startedAt = performance.now()
  const total = abortAfter('total', deadlines.totalMs)
  const firstByte = abortAfter('first-byte', deadlines.firstByteMs)

  return {
    signal: controller.signal,
    firstByteLeftMs: () => deadlines.firstByteMs - (performance.now() - startedAt),
    firstByteArrived: () => clearTimeout(firstByte),
    async nextChunk(chunk) {
      const stall = abortAfter('stall', deadlines.stallMs)
      try {
        return await chunk
      } finally {
        clearTimeout(stall)
      }
    },
    close() {
      clearTimeout(total)
      clearTimeout(firstByte)
      caller.removeEventListener('abort', abortWithCaller)
    },
  }
}
