import type { Note, TurnRequest } from '#core/chat/prompt.ts'
import type { HeardTurn } from '#core/voice/session/session-ports.ts'

const maxExchanges = 12
const maxChars = 600

/**
 * What was said in this call by people whose words are not stored: it goes with the call. Without it, they would talk to
 * somebody who forgets every sentence.
 */
export class CallMemory {
  #exchanges: string[] = []

  add({ request, heardText }: HeardTurn): void {
    const said = `${request.person.displayName}: ${request.text}`.slice(0, maxChars)
    const answered = heardText === '' ? '' : `\nYou: ${heardText.slice(0, maxChars)}`
    this.#exchanges = [...this.#exchanges, `${said}${answered}`].slice(-maxExchanges)
  }

  /** For the prompt; shown to the model as data. */
  readonly recall = async (_request: TurnRequest): Promise<readonly Note[]> =>
    this.#exchanges.map((text) => ({ source: 'earlier in this call', text }))
}
