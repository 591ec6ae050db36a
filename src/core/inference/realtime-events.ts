import { z } from 'zod'

/** What is said over vLLM's `/v1/realtime`; audio is 16-bit PCM, little-endian, mono, at this rate. */
export const realtimeRateHz = 16_000

/** Other types, such as `session.created`, need no answer. */
const Known = z.discriminatedUnion('type', [
  z.object({ type: z.literal('transcription.delta'), delta: z.string() }),
  /** Some servers leave the text to the deltas. */
  z.object({ type: z.literal('transcription.done'), text: z.string().nullish() }),
  z.object({ type: z.literal('error') }),
])
const Any = z.object({ type: z.string() })
export type RealtimeEvent = z.infer<typeof Known> | { readonly type: 'other' }

/** @throws SyntaxError or ZodError for what is no event */
export function parseRealtimeEvent(text: string): RealtimeEvent {
  const raw: unknown = JSON.parse(text)
  const { type } = Any.parse(raw)
  const isKnown = Known.options.some(({ shape }) => shape.type.value === type)
  return isKnown ? Known.parse(raw) : { type: 'other' }
}

/** vLLM takes no sound before it knows the model and was told to start. */
export function beginEvents(model: string | undefined, language: string | undefined): string[] {
  return [
    JSON.stringify({ type: 'session.update', model, language }),
    JSON.stringify({ type: 'input_audio_buffer.commit', final: false }),
  ]
}

export const endEvent = JSON.stringify({ type: 'input_audio_buffer.commit', final: true })

export function appendEvent({ buffer, byteOffset, byteLength }: Int16Array): string {
  const audio = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
  return JSON.stringify({ type: 'input_audio_buffer.append', audio })
}
