import { createParser } from 'eventsource-parser'
import type { Answer } from './answer.ts'

const maxEventChars = 262_144

/** The data of each server-sent event, as it comes. */
export async function* readServerEvents(answer: Answer): AsyncGenerator<string> {
  let ready: string[] = []
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data }) => ready.push(data),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw answer.garbled('sent an endless event')
    },
  })
  for await (const chunk of answer.body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const events = ready
    ready = []
    for (const event of events) yield event
  }
}
