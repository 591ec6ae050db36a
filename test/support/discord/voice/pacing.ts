import { setTimeout as wait } from 'node:timers/promises'

/** Counts from 0 in real time, against absolute deadlines, so that one late step does not move all the others. */
export async function* everyMs(stepMs: number, count: number, signal?: AbortSignal): AsyncGenerator<number> {
  const start = performance.now()
  for (let n = 0; n < count; n += 1) {
    const early = start + n * stepMs - performance.now()
    if (early > 0) await wait(early, undefined, { signal })
    signal?.throwIfAborted()
    yield n
  }
}
