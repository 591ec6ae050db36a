/** Time of everything that hears and speaks: milliseconds of `performance.now()`, and timers at absolute times. */
export interface VoiceClock {
  now(): number
  /** Runs once at `atMs`, or as soon as possible when that is past; disposing it calls it off. */
  setTimer(atMs: number, run: () => void): Disposable
}

/** Node counts timers from the time at which its loop woke up, so that they may ring before their time. */
const earlyMs = 0.5

export const systemClock: VoiceClock = {
  now: () => performance.now(),
  setTimer(atMs, run) {
    let timer: NodeJS.Timeout
    const arm = () => {
      timer = setTimeout(ring, Math.max(0, Math.round(atMs - performance.now())))
    }
    const ring = () => {
      if (performance.now() < atMs - earlyMs) arm()
      else run()
    }
    arm()
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

/** The same moment in milliseconds since the epoch, as stage events carry it. */
export function toEpochMs(atMs: number): number {
  return performance.timeOrigin + atMs
}
