/** What claims to be sound is not: `reason` says why, without any of it. */
export class UnreadableSoundError extends Error {
  override readonly name = 'UnreadableSoundError'
  readonly reason: string
  constructor(reason: string, options?: ErrorOptions) {
    super(`the sound cannot be read: ${reason}`, options)
    this.reason = reason
  }
}

export class SoundTooLongError extends Error {
  override readonly name = 'SoundTooLongError'
  readonly maxSeconds: number
  constructor(maxSeconds: number) {
    super(`the sound is longer than ${maxSeconds} s`)
    this.maxSeconds = maxSeconds
  }
}
