import type { ChatChunk, ChatModel } from '#core/inference/ports.ts'

type End = Extract<ChatChunk, { type: 'end' }>

/** Says one thing to a model and reads the whole answer. */
export async function ask(
  model: ChatModel,
  text: string,
  { signal = new AbortController().signal, sessionId = 'test' } = {},
): Promise<{ text: string; end: End | undefined }> {
  let answer = ''
  let end: End | undefined
  for await (const chunk of model.complete(
    { messages: [{ role: 'user', content: text }], sessionId },
    { signal },
  )) {
    if (chunk.type === 'text') answer += chunk.text
    else end = chunk
  }
  return { text: answer, end }
}
