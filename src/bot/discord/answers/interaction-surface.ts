import type { REST } from 'discord.js'
import type { InteractionResponse } from '../interactions/response.ts'
import { ignoreGone, RefusedError } from '../rest/faults.ts'
import { messageBody, type ReturnedMessage } from '../rest/message-body.ts'
import { readBack } from '../rest/read-back.ts'
import type { Shown, Surface } from './surface.ts'

export interface InteractionSurfaceOptions {
  readonly rest: REST
  readonly response: InteractionResponse
  readonly selfId: string
  readonly channelId: string
  readonly interactionId: string
}

/** The deferred answer to an interaction: its first message is filled in, further ones follow up. */
export class InteractionSurface implements Surface {
  /** Where the bot is no member, Discord allows five messages after the first. */
  readonly maxParts = 6
  readonly paceKey: string
  readonly #options: InteractionSurfaceOptions
  #isUnreadable = false

  constructor(options: InteractionSurfaceOptions) {
    this.#options = options
    this.paceKey = options.interactionId
  }

  /** Follow-ups have no nonce: after a restart in a place that we cannot read, rather a cut answer than a doubled one. */
  async send(content: string, shown: readonly Shown[]): Promise<Shown> {
    const { response } = this.#options
    if (shown.length === 0) return await response.edit(messageBody(content))
    if (this.#isUnreadable) throw new RefusedError('what was sent before is not known')
    return await response.followUp(messageBody(content))
  }

  async edit(message: Shown, content: string): Promise<Shown> {
    await this.#options.response.edit(messageBody(content), message.id)
    return { id: message.id, content }
  }

  async remove(message: Shown): Promise<void> {
    await ignoreGone(() => this.#options.response.remove(message.id))
  }

  async recall(): Promise<Shown[]> {
    const { rest, channelId, interactionId, selfId } = this.#options
    try {
      const messages = await readBack(rest, channelId, interactionId)
      return messages
        .filter((message) => message.author?.id === selfId && interactionOf(message) === interactionId)
        .map(({ id, content }) => ({ id, content }))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.#isUnreadable = true
      return []
    }
  }

  async dismiss(): Promise<void> {
    await ignoreGone(() => this.#options.response.remove())
  }

  async tellPrivately(sentence: string): Promise<void> {
    await this.#options.response.tellPrivately(sentence)
  }
}

function interactionOf({ interaction_metadata, interaction }: ReturnedMessage): string | undefined {
  return interaction_metadata?.id ?? interaction?.id
}
