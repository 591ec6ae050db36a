import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js'
import { z } from 'zod'
import { cancelChat } from '#core/bus/chat-bus.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { forgetPerson } from '#core/store/forget.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { commandTexts, localized, localizedName } from '../command-texts.ts'
import { envelope } from '../envelope.ts'
import { strings } from '../strings.ts'
import { buttonRow } from './buttons.ts'
import type { Command, CommandContext } from './command.ts'
import { everywhere } from './reach.ts'
import { replyPrivately } from './reply-privately.ts'

const Extent = z.enum(['here', 'everything'])
type Extent = z.infer<typeof Extent>

/** `/forget what`: says what will be erased, asks once, erases. */
export const forget: Command = {
  isPrivate: true,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.forget),
    ...everywhere,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...localized(commandTexts.forgetWhat),
        required: true,
        choices: [
          { ...localizedName(commandTexts.forgetHere), value: 'here' },
          { ...localizedName(commandTexts.forgetEverything), value: 'everything' },
        ],
      },
    ],
  },
  run: (context, { values }) => askToForget(context, Extent.parse(values.what)),
  async press(context, action) {
    if (action === 'keep') return await replyPrivately(context, strings.kept)
    if (action === 'ask') return await askToForget(context, 'everything')
    await erase(context, Extent.parse(action))
  },
}

async function askToForget(context: CommandContext, extent: Extent): Promise<void> {
  const question = extent === 'here' ? strings.forgetHere : strings.forgetEverything
  const buttons = buttonRow([
    { id: `forget:${extent}`, label: strings.forgetButton, isDangerous: true },
    { id: 'forget:keep', label: strings.keepButton },
  ])
  await replyPrivately(context, question, buttons)
}

async function erase(context: CommandContext, extent: Extent): Promise<void> {
  const { bot, caller } = context
  const { author, place } = caller
  if (extent === 'everything') {
    const cancel = {
      ...envelope(`forget-${author.platformUserId}`),
      type: 'chat.cancel',
      reason: 'deleted',
    } as const
    cancelChat(bot.bus, userKey(author), cancel)
  }
  const { personId } = await ensureAuthor(bot.db, author)
  const scope = extent === 'here' ? { placeId: place.id } : {}
  const { turns } = await forgetPerson(bot.db, personId, scope)
  await replyPrivately(context, strings.forgot(turns))
}
