import { InteractionType } from 'discord.js'
import { z } from 'zod'
import type { Bot } from '../bot-context.ts'
import { commands } from '../commands/all.ts'
import { refuse } from '../commands/ask-for.ts'
import type { Command, CommandContext } from '../commands/command.ts'
import { replyPrivately } from '../commands/reply-privately.ts'
import { TokenExpiredError } from '../rest/faults.ts'
import { strings } from '../strings.ts'
import { type Caller, callerOf, IncomingInteraction, readCall } from './incoming.ts'
import { InteractionResponse } from './response.ts'

/** INTERACTION_CREATE: a command was used, a button pressed, an option is being typed. */
export async function onInteraction(bot: Bot, payload: unknown): Promise<void> {
  const interaction = IncomingInteraction.parse(payload)
  const { id: interactionId, application_id: applicationId, token, type } = interaction
  const response = new InteractionResponse(bot.interactionRest, { applicationId, interactionId, token })
  if (type === InteractionType.ApplicationCommand) await onCommand(bot, interaction, response)
  if (type === InteractionType.MessageComponent) await onButton(bot, interaction, response)
  if (type === InteractionType.ApplicationCommandAutocomplete) await onAutocomplete(interaction, response)
}

/** Deferring comes before everything else: Discord waits three seconds, whatever the bus and the database do. */
async function onCommand(
  bot: Bot,
  interaction: IncomingInteraction,
  response: InteractionResponse,
): Promise<void> {
  const call = readCall(interaction.data)
  const command = commands.get(call.command)
  const isPrivate = command?.isPrivate ?? true
  const caller = callerOf(interaction)
  const originalId = await deferOrGoOn(response, isPrivate, caller)
  const context = { bot, interaction, caller, response, originalId }
  if (command === undefined) return await replyPrivately(context, strings.unknownCommand)
  await explainFailure(context, isPrivate, () => command.run(context, call))
}

/** Too late for Discord (we were away when it came): a public answer can still be an ordinary message in the channel. */
async function deferOrGoOn(
  response: InteractionResponse,
  isPrivate: boolean,
  { isMember }: Caller,
): Promise<string | undefined> {
  try {
    return await response.defer({ isPrivate })
  } catch (error) {
    if (isPrivate || !isMember || !(error instanceof TokenExpiredError)) throw error
    return undefined
  }
}

const Press = z.object({ custom_id: z.string().regex(/^[a-z ]+:[a-z]+$/) })

async function onButton(
  bot: Bot,
  interaction: IncomingInteraction,
  response: InteractionResponse,
): Promise<void> {
  const [name = '', action = ''] = Press.parse(interaction.data).custom_id.split(':')
  const command: Command | undefined = commands.get(name)
  await response.deferUpdate()
  const context = { bot, interaction, caller: callerOf(interaction), response, originalId: undefined }
  await explainFailure(context, true, async () => {
    if (command?.press) await command.press(context, action)
    else await replyPrivately(context, strings.unknownCommand)
  })
}

async function onAutocomplete({ data }: IncomingInteraction, response: InteractionResponse): Promise<void> {
  const call = readCall(data)
  const suggestions = commands.get(call.command)?.suggest?.(call) ?? []
  await response.suggest(suggestions.map((value) => ({ name: value, value })))
}

/** People read a plain sentence, alone; the log gets the cause. */
async function explainFailure(
  context: CommandContext,
  isPrivate: boolean,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (context.bot.signal.aborted || error instanceof TokenExpiredError) throw error
    context.bot.logger.error('a command failed', { error })
    if (isPrivate) await replyPrivately(context, strings.commandFailed)
    else await refuse(context, strings.commandFailed)
  }
}
