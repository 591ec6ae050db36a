/** Calls things at their time. One timer for all, so that hundreds of streams stay cheap and on time. */
export interface Pacer {
  /** `dueAt` on the clock of performance.now(). Returns how to call it off. */
  at(dueAt: number, run: () => void): () => void
  stop(): void
}

interface Job {
  readonly dueAt: number
  readonly run: () => void
}

export function createPacer(): Pacer {
  const jobs = new Set<Job>()
  let timer: NodeJS.Timeout | undefined
  let timerDueAt = Number.POSITIVE_INFINITY

  function schedule(dueAt: number) {
    if (dueAt >= timerDueAt) return
    clearTimeout(timer)
    timerDueAt = dueAt
    timer = setTimeout(runDue, Math.max(0, dueAt - performance.now()))
  }

  function runDue() {
    timerDueAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    let earliest = Number.POSITIVE_INFINITY
    for (const job of jobs) {
      if (job.dueAt <= now) {
        jobs.delete(job)
        job.run()
      } else earliest = Math.min(earliest, job.dueAt)
    }
    schedule(earliest)
  }

  return {
    at(dueAt, run) {
      const job = { dueAt, run }
      jobs.add(job)
      schedule(dueAt)
      return () => jobs.delete(job)
    },
    stop() {
      clearTimeout(timer)
      jobs.clear()
    },
  }
}
