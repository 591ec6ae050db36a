import { levelDbfs } from '#core/voice/pcm/level.ts'
import type { Vad, VadStream } from '#core/voice/vad/vad.ts'

/** Takes everything louder than -22 dBFS for speech. Answers at once, or when told to, or never but with a failure. */
export class LoudnessVad implements Vad {
  readonly engineName = 'loudness'
  failure: Error | undefined
  hold: PromiseWithResolvers<void> | undefined
  askedCount = 0

  open(): VadStream {
    return { push: (window) => this.#judge(window), reset: () => undefined }
  }

  async #judge(window: Int16Array): Promise<number> {
    this.askedCount += 1
    await this.hold?.promise
    if (this.failure) throw this.failure
    return levelDbfs(window) > -22 ? 0.99 : 0.01
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
