import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { everyone, everywhere, voiceControlSubject } from '#core/protocol/subjects.ts'
import { type VoiceControl, VoiceControlResult } from '#core/protocol/voice.ts'
import type { Bus } from './bus.ts'
import { cancelChat } from './chat-bus.ts'
import { NoResponderError } from './errors.ts'

/** What became of calls: `left` some, there were `none`, no bot is there to hold any (`absent`), or it did not answer. */
export type CallsInPanic = 'left' | 'none' | 'absent' | 'unknown'

const answerWithinMs = 3_000
const results = z.discriminatedUnion('type', [VoiceControlResult])

/**
 * Silences every output: each answer that runs or waits ends where it is, what is spoken stops, calls are left. What people
 * write afterwards is answered again.
 */
export async function silenceEverything(
  bus: Bus,
  { signal }: { readonly signal: AbortSignal },
): Promise<CallsInPanic> {
  const id = randomUUID()
  const envelope = { v: protocolVersion, id, at: Date.now(), correlationId: id } as const
  cancelChat(bus, everyone, { ...envelope, type: 'chat.cancel', reason: 'panic' })
  const control: VoiceControl = { ...envelope, type: 'voice.control', action: 'panic', guildId: everywhere }
  try {
    const options = { timeoutMs: answerWithinMs, signal }
    const { body } = await bus.request(voiceControlSubject(everywhere), encodeMessage(control), options)
    const decoded = decodeMessage(body, results)
    if (decoded.kind !== 'message') return 'unknown'
    return decoded.message.isDone ? 'left' : 'none'
  } catch (error) {
    return error instanceof NoResponderError ? 'absent' : 'unknown'
  }
}
