import { z } from 'zod'
import { encodeWav } from '#core/inference/wav.ts'
import type { Endpointing } from '../endpointing.ts'

const Answer = z.object({ probability: z.number().min(0).max(1) })

export interface HttpJudgeOptions {
  /** Takes a WAV file, answers `{"probability": 0 to 1}` that the turn is over. */
  readonly url: string
  /** Later answers come too late for the pause. */
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Smart Turn, or another model, behind HTTP. Says undefined when it fails, refuses or is late: the rules decide then. */
export function createHttpJudge({
  url,
  timeoutMs = 400,
  headers = {},
}: HttpJudgeOptions): NonNullable<Endpointing['judge']> {
  return async (audio, signal) => {
    signal.throwIfAborted()
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: encodeWav(audio),
        headers: { 'content-type': 'audio/wav', ...headers },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      return Answer.parse(await response.json()).probability
    } catch {
      signal.throwIfAborted()
      return undefined
    }
  }
}
