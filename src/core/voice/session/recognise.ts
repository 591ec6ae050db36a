import type { Pcm, Transcriber } from '#core/inference/ports.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import { noRecogniserSentence, type Outages } from './outages.ts'

export interface Understood {
  readonly text: string
  readonly language?: string
}

export interface Recogniser {
  readonly transcriber: Transcriber | undefined
  readonly language: string | undefined
  readonly outages: Outages
}

/** What was said, or undefined when no recogniser could tell; people have been told why then. Rejects on abort. */
export async function recognise(
  audio: Pcm,
  { transcriber, language, outages }: Recogniser,
  signal: AbortSignal,
): Promise<Understood | undefined> {
  if (transcriber === undefined) {
    outages.tell('stt', noRecogniserSentence)
    return undefined
  }
  const options = { signal, ...(language === undefined ? {} : { language }) }
  try {
    const understood = await inSpan('voice.stt', {}, () => transcriber.transcribe(audio, options))
    outages.worked('stt')
    return understood
  } catch (error) {
    if (signal.aborted) throw signal.reason
    outages.failed('stt', error)
    return undefined
  }
}
