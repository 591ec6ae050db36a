import { z } from 'zod'
import { encodeWav } from '#core/inference/wav.ts'
import type { Endpointing } from '../endpointing.ts'
import { EndModelError } from './errors.ts'

const Answer = z.object({ probability: z.number().min(0).max(1) })

export interface HttpJudgeOptions {
  /** Takes a WAV file, answers `{"probability": 0 to 1}` that the turn is over. */
  readonly url: string
  /** Later answers come too late for the pause. */
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
  /** After each question that was not given up, with what went wrong if something did. */
  readonly onResult?: (fault: unknown) => void
}

/** Smart Turn, or another model, behind HTTP. Says undefined when it fails, refuses or is late: the rules decide then. */
export function createHttpJudge({
  url,
  timeoutMs = 400,
  headers = {},
  onResult,
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
      if (!response.ok) throw new EndModelError(`refused the question (${response.status})`, {})
      const { probability } = Answer.parse(await response.json())
      onResult?.(undefined)
      return probability
    } catch (error) {
      signal.throwIfAborted()
      onResult?.(error)
      return undefined
    }
  }
}
