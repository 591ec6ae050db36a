import { z } from 'zod'
import type { Bus } from '#core/bus/bus.ts'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { voiceControlSubject } from '#core/protocol/subjects.ts'
import { VoiceControl, type VoiceControlResult } from '#core/protocol/voice.ts'

export interface ControlStandIn extends AsyncDisposable {
  readonly actions: string[]
  answer: Pick<VoiceControlResult, 'isDone' | 'sentence' | 'playAt'>
}

/** Somebody who holds a Discord server's connection and answers as told. */
export async function answerControl(bus: Bus, guildId: string): Promise<ControlStandIn> {
  const over = new AbortController()
  const standIn: ControlStandIn = {
    actions: [],
    answer: { isDone: true, sentence: 'I clapped.', playAt: 1_234 },
    async [Symbol.asyncDispose]() {
      over.abort()
      await responding
    },
  }
  const respond = async ({ body }: { body: Uint8Array }) => {
    const decoded = decodeMessage(body, z.discriminatedUnion('type', [VoiceControl]))
    if (decoded.kind === 'message') standIn.actions.push(decoded.message.action)
    const head = { v: 1, id: 'answer', at: 0, correlationId: 'answer', type: 'voice.control.result' } as const
    return encodeMessage({ ...head, ...standIn.answer })
  }
  const responding = bus
    .respond(voiceControlSubject(guildId), respond, { signal: over.signal })
    .catch(() => undefined)
  return standIn
}
