import type { z } from 'zod'
import type { Answer } from './answer.ts'

/** Reads a whole JSON answer of the given shape; anything else is an InferenceProtocolError. */
export async function readJson<T>(answer: Answer, shape: z.ZodType<T>): Promise<T> {
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  const parsed = shape.safeParse(parseJson(answer, Buffer.concat(chunks).toString()))
  // Only the path of the fault: zod's messages may repeat what the answer said.
  if (!parsed.success) throw answer.garbled(`answered in another shape (at ${pathOf(parsed.error)})`)
  answer.understood()
  return parsed.data
}

function parseJson(answer: Answer, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw answer.garbled(text === '' ? 'sent an empty answer' : 'did not answer in JSON')
  }
}

const pathOf = (error: z.ZodError) => error.issues[0]?.path.map(String).join('.') || 'the top'
