import { createParser } from 'eventsource-parser'

const maxEventChars = 262_144

export interface ServerEventReader {
  /** The data of each event that these bytes complete. @throws when an event is longer than any sensible one */
  read(bytes: Uint8Array): string[]
}

/** Server-sent events. Not a stage of its own: one async generator less saves a tenth of the time per token. */
export function createServerEventReader(): ServerEventReader {
  let complete: string[] = []
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ data }) => complete.push(data),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw error
    },
  })
  return {
    read(bytes) {
      parser.feed(decoder.decode(bytes, { stream: true }))
      const events = complete
      complete = []
      return events
    },
  }
}
