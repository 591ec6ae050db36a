import { MessageFlags } from 'discord.js'
import { z } from 'zod'
import { InferenceError } from '#core/inference/errors.ts'
import { explainToPerson } from '#core/inference/explain.ts'
import type { Pcm, Transcriber } from '#core/inference/ports.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { SoundTooLongError, UnreadableSoundError } from '#core/voice/opus/errors.ts'
import { strings } from '../strings.ts'
import type { IncomingMessage } from './incoming.ts'

const Attachment = z.object({ url: z.url(), size: z.number(), duration_secs: z.number().optional() })
type Attachment = z.infer<typeof Attachment>

const maxSeconds = 300
/** Discord's apps record about 4 kB a second; a file that is far larger is something else. */
const maxBytes = 8_000_000
const deadlineMs = 60_000
const recogniserRateHz = 16_000

/** The sound of a voice message: its flag, and one attachment (developers/resources/message.mdx, "Message Flags"). */
export function voiceMessageIn({ flags, attachments }: IncomingMessage): Attachment | undefined {
  if ((flags & MessageFlags.IsVoiceMessage) === 0) return undefined
  return Attachment.safeParse(attachments[0]).data
}

export type Listened =
  | { readonly kind: 'text'; readonly text: string }
  /** What to tell the person. */
  | { readonly kind: 'nothing'; readonly sentence: string }

export interface Listening {
  readonly transcriber: Transcriber | undefined
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** What is said in a voice message. Never rejects but by abort. */
export async function listenTo(
  voice: Attachment,
  { transcriber, logger, signal }: Listening,
): Promise<Listened> {
  if (transcriber === undefined) return { kind: 'nothing', sentence: strings.voiceMessageNoEars }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  try {
    const sound = await download(voice, deadline)
    const { text } = await transcriber.transcribe(sound, { signal: deadline })
    const words = text.trim()
    return words === ''
      ? { kind: 'nothing', sentence: strings.voiceMessageEmpty }
      : { kind: 'text', text: words }
  } catch (error) {
    if (signal.aborted) throw error
    logger.warn('a voice message could not be listened to', { error })
    return { kind: 'nothing', sentence: explain(error) }
  }
}

async function download({ url, size, duration_secs = 0 }: Attachment, signal: AbortSignal): Promise<Pcm> {
  if (size > maxBytes || duration_secs > maxSeconds) throw new SoundTooLongError(maxSeconds)
  const response = await fetch(url, { signal })
  if (!response.ok) throw new DownloadError(response.status)
  return await decode(new Uint8Array(await response.arrayBuffer()), signal)
}

/** Imported on demand: the decoder's WebAssembly is memory that most bots never need. */
async function decode(file: Uint8Array, signal: AbortSignal): Promise<Pcm> {
  const [{ decodeOggOpus }, { createResampler }] = await Promise.all([
    import('#core/voice/opus/decode-ogg-opus.ts'),
    import('#core/voice/pcm/resampler.ts'),
  ])
  const { samples, sampleRateHz } = await decodeOggOpus(file, { maxSeconds, signal })
  return {
    samples: createResampler(sampleRateHz, recogniserRateHz).push(samples),
    sampleRateHz: recogniserRateHz,
  }
}

class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly status: number
  constructor(status: number) {
    super(`Discord did not hand out the file of a voice message (${status})`)
    this.status = status
  }
}

function explain(error: unknown): string {
  if (error instanceof SoundTooLongError) return strings.voiceMessageTooLong
  if (error instanceof UnreadableSoundError) return strings.voiceMessageUnreadable
  return error instanceof InferenceError ? explainToPerson(error) : strings.voiceMessageFailed
}
