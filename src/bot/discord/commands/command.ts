import type { RESTPostAPIApplicationCommandsJSONBody } from 'discord.js'
import type { Bot } from '../bot-context.ts'
import type { Call, Caller, IncomingInteraction } from '../interactions/incoming.ts'
import type { InteractionResponse } from '../interactions/response.ts'

/** What a command works with. The interaction is deferred already: there is time to think. */
export interface CommandContext {
  readonly bot: Bot
  readonly interaction: IncomingInteraction
  readonly caller: Caller
  readonly response: InteractionResponse
  /** The deferred message, if Discord told its id. */
  readonly originalId: string | undefined
}

/** One entry of the menu that people get behind `/` or on a message. */
export interface Command {
  readonly definition: RESTPostAPIApplicationCommandsJSONBody
  /** Only the person sees the answer. */
  readonly isPrivate: boolean
  run(context: CommandContext, call: Call): Promise<void>
  /** A button whose custom id begins with the command's name was pressed; `action` is the rest of it. */
  press?(context: CommandContext, action: string): Promise<void>
  /** What to offer for the option being typed. */
  suggest?(call: Call): readonly string[]
}
