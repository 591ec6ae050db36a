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
  /** Only the waiting for a chunk counts as a stall, not what a slow reader does in between. */
  waitsForChunk(): void
  chunkArrived(): void
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
  let isWaiting = false
  let isClosed = false
  // One for the whole call: a timer for each chunk is made and dropped with every token.
  let stall: NodeJS.Timeout | undefined
  const onStall = () => {
    if (isWaiting) controller.abort(timeoutError('stall', deadlines.stallMs))
  }

  return {
    signal: controller.signal,
    firstByteLeftMs: () => deadlines.firstByteMs - (performance.now() - startedAt),
    firstByteArrived: () => clearTimeout(firstByte),
    waitsForChunk() {
      isWaiting = true
      // A timer that was cleared would come back to life.
      if (isClosed) return
      if (stall) stall.refresh()
      else stall = setTimeout(onStall, deadlines.stallMs)
    },
    chunkArrived() {
      isWaiting = false
    },
    close() {
      isClosed = true
      clearTimeout(total)
      clearTimeout(firstByte)
      clearTimeout(stall)
      caller.removeEventListener('abort', abortWithCaller)
    },
  }
}
