import { setTimeout as wait } from 'node:timers/promises'

/** Rejects with the signal's reason when it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

/** Counts from 0 in real time, against absolute deadlines, so that one late step does not move all the others. */
export async function* everyMs(stepMs: number, count: number, signal: AbortSignal): AsyncGenerator<number> {
  const start = performance.now()
  for (let n = 0; n < count; n += 1) {
    const early = start + n * stepMs - performance.now()
    // Also when late: what was missed while the process stood still must not come all at once.
    if (n > 0) await pause(Math.max(1, early), signal)
    yield n
  }
}
