import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Bus } from '#core/bus/bus.ts'
import { BusTimeoutError, BusUnavailableError, NoResponderError } from '#core/bus/errors.ts'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { voiceControlSubject } from '#core/protocol/subjects.ts'
import { type VoiceControl, VoiceControlResult } from '#core/protocol/voice.ts'
import { stageWords } from './stage-words.ts'

const answerWithinMs = 3_000
const Answered = z.discriminatedUnion('type', [VoiceControlResult])

/** When the clap is heard in the call, in milliseconds since the epoch, or why there is none. */
export type CallClap = { readonly playAt: number } | { readonly sentence: string }

/** Has the companion clap in its call on a Discord server, so that it comes to the ear the way its voice does. */
export async function clapInCall(bus: Bus, guildId: string, signal: AbortSignal): Promise<CallClap> {
  const id = randomUUID()
  const at = Date.now()
  const asked: VoiceControl = {
    ...{ v: protocolVersion, id, at, correlationId: id, type: 'voice.control' },
    action: 'clap',
    guildId,
  }
  try {
    const options = { timeoutMs: answerWithinMs, signal }
    const { body } = await bus.request(voiceControlSubject(guildId), encodeMessage(asked), options)
    const answer = decodeMessage(body, Answered)
    if (answer.kind !== 'message') return { sentence: stageWords.calibration.noBot }
    const { playAt, sentence } = answer.message
    return playAt === undefined ? { sentence } : { playAt }
  } catch (error) {
    const isAway =
      error instanceof NoResponderError ||
      error instanceof BusTimeoutError ||
      error instanceof BusUnavailableError
    if (isAway) return { sentence: stageWords.calibration.noBot }
    throw error
  }
}
