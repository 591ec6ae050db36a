import type { BusMessage } from './bus.ts'

/** How a dead letter travels: the original body and headers, and why and where it died. */
export function deadLetterHeaders(message: BusMessage, reason: string): Record<string, string> {
  return {
    ...message.headers,
    'dead-reason': headerValue(reason),
    'dead-subject': headerValue(message.subject),
    'dead-at': new Date().toISOString(),
  }
}

/** A header is one line of printable ASCII. */
function headerValue(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500)
}

/** The reason of an error for a dead letter. It lies beside the message itself, so it may quote from it; logs may not. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'failed without an error'
}
