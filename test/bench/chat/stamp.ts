/**
 * A token that says when it was made, so that latency needs no table of what was sent. Seven characters: microseconds of
 * the machine's monotonic clock, which all its processes share, in base 36, and a space. Wraps after 36 minutes.
 */
export const stampLength = 7
const digits = stampLength - 1
const wrapAt = 36 ** digits

export function stampNow(): string {
  return `${nowMicros().toString(36).padStart(digits, '0')} `
}

/** For `readAt` of StampReader: taken when bytes arrive, before anything is done with them. */
export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n) % wrapAt
}

/** Reads the stamps of one reply from pieces of text, however they were cut or joined. */
export class StampReader {
  #rest = ''

  /** The age in milliseconds of each stamp that became whole with this piece. */
  read(piece: string, readAt: number): number[] {
    const text = this.#rest + piece
    const whole = Math.floor(text.length / stampLength)
    this.#rest = text.slice(whole * stampLength)
    return Array.from({ length: whole }, (_, at) => ageMs(text.slice(at * stampLength), readAt))
  }
}

function ageMs(stamp: string, readAt: number): number {
  const madeAt = Number.parseInt(stamp.slice(0, digits), 36)
  return ((readAt - madeAt + wrapAt) % wrapAt) / 1_000
}
