import {
  InteractionResponseType,
  MessageFlags,
  type REST,
  type RESTPatchAPIWebhookWithTokenMessageJSONBody,
  Routes,
} from 'discord.js'
import { z } from 'zod'
import type { Shown } from '../answers/surface.ts'
import { attempt, ignoreAcknowledged } from '../rest/faults.ts'
import { messageBody, ReturnedMessage } from '../rest/message-body.ts'

export interface InteractionToken {
  readonly applicationId: string
  readonly interactionId: string
  readonly token: string
}

export type ResponseBody = Pick<
  RESTPatchAPIWebhookWithTokenMessageJSONBody,
  'content' | 'components' | 'flags'
>

const CallbackAnswer = z.object({ interaction: z.object({ response_message_id: z.string().optional() }) })

/**
 * The answer to one interaction, which Discord takes within three seconds and lets us change for fifteen minutes
 * (developers/interactions/receiving-and-responding.mdx). Requests carry the interaction's token, not the bot's: a 401 is
 * about the interaction alone.
 */
export class InteractionResponse {
  readonly #rest: REST
  readonly #token: InteractionToken

  constructor(rest: REST, token: InteractionToken) {
    this.#rest = rest
    this.#token = token
  }

  /**
   * "Thinking…", for everyone or for the person alone; returns the id of that message if Discord tells it. Deferring an
   * interaction that was deferred before is fine.
   */
  async defer({ isPrivate }: { isPrivate: boolean }): Promise<string | undefined> {
    const flags = isPrivate ? MessageFlags.Ephemeral : undefined
    const type = InteractionResponseType.DeferredChannelMessageWithSource
    const answered = CallbackAnswer.safeParse(await this.#answer({ type, data: { flags } }))
    return answered.data?.interaction.response_message_id
  }

  /** For a button: its message will be changed. */
  async deferUpdate(): Promise<void> {
    await this.#answer({ type: InteractionResponseType.DeferredMessageUpdate })
  }

  async suggest(choices: readonly { name: string; value: string }[]): Promise<void> {
    await this.#answer({
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices },
    })
  }

  async edit(body: ResponseBody, messageId = '@original'): Promise<Shown> {
    return await this.#request(() => this.#rest.patch(this.#messageRoute(messageId), { body, auth: false }))
  }

  async followUp(body: ResponseBody): Promise<Shown> {
    const { applicationId, token } = this.#token
    const query = new URLSearchParams({ wait: 'true' })
    return await this.#request(() =>
      this.#rest.post(Routes.webhook(applicationId, token), { body, query, auth: false }),
    )
  }

  async remove(messageId = '@original'): Promise<void> {
    await attempt(() => this.#rest.delete(this.#messageRoute(messageId), { auth: false }))
  }

  async tellPrivately(sentence: string): Promise<void> {
    const body = messageBody(sentence)
    await this.followUp({ ...body, flags: body.flags | MessageFlags.Ephemeral })
  }

  async #answer(body: object): Promise<unknown> {
    const { interactionId, token } = this.#token
    const route = Routes.interactionCallback(interactionId, token)
    const query = new URLSearchParams({ with_response: 'true' })
    return await attempt(() => this.#rest.post(route, { body, query, auth: false })).catch(ignoreAcknowledged)
  }

  #messageRoute(messageId: string) {
    const { applicationId, token } = this.#token
    return Routes.webhookMessage(applicationId, token, messageId)
  }

  async #request(request: () => Promise<unknown>): Promise<Shown> {
    const { id, content } = ReturnedMessage.parse(await attempt(request))
    return { id, content }
  }
}
