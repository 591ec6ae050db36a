import type { Bus } from '#core/bus/bus.ts'
import { BusUnavailableError } from '#core/bus/errors.ts'
import { encodeMessage } from '#core/protocol/codec.ts'
import { voiceTranscriptSubject } from '#core/protocol/subjects.ts'
import type { VoiceTranscript } from '#core/protocol/voice.ts'
import type { Logger } from '#core/telemetry/logger.ts'

/** Hands on who said what, for whoever listens now. Only what people agreed to gets here. */
export async function publishTranscript(
  { bus, logger }: { bus: Bus; logger: Logger },
  transcript: VoiceTranscript,
): Promise<void> {
  const { sessionId, id } = transcript
  try {
    bus.publish(voiceTranscriptSubject(sessionId), encodeMessage(transcript))
  } catch (error) {
    if (!(error instanceof BusUnavailableError)) throw error
    logger.warn('a transcript could not be handed on', { id, sessionId, error })
  }
}
