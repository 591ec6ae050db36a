import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  PermissionFlagsBits,
  Routes,
} from 'discord.js'
import { z } from 'zod'
import { commandTexts, localized } from '../command-texts.ts'
import { messageBody } from '../rest/message-body.ts'
import { Snowflake } from '../snowflake.ts'
import { strings } from '../strings.ts'
import { openCall } from '../voice/open-call.ts'
import { mentionChannels, refuse } from './ask-for.ts'
import type { Command, CommandContext } from './command.ts'
import { mayManageServer } from './permissions.ts'
import { serversOnly } from './reach.ts'

/** `/join [channel]`: comes into the voice channel where the person is, or the one they name. */
export const join: Command = {
  isPrivate: false,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.join),
    ...serversOnly,
    default_member_permissions: PermissionFlagsBits.Connect.toString(),
    options: [
      {
        type: ApplicationCommandOptionType.Channel,
        ...localized(commandTexts.channel),
        channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
      },
    ],
  },
  async run(context, { values }) {
    const { caller, interaction } = context
    if (caller.guildId === undefined || !caller.isMember) return await refuse(context, strings.onlyOnServers)
    const named = Snowflake.safeParse(values.channel).data
    const channelId = named ?? (await channelOf(context, caller.guildId))
    if (channelId === undefined) return await refuse(context, strings.callNobodyThere)
    const refusal = whyNotMove(context, caller.guildId, channelId)
    if (refusal !== undefined) return await refuse(context, refusal)
    const wish = { guildId: caller.guildId, channelId, textChannelId: interaction.channel_id }
    const { isDone, sentence } = await openCall(context.bot, wish)
    if (!isDone) return await refuse(context, sentence)
    await context.response.edit(messageBody(sentence))
  },
}

const VoiceState = z.object({ channel_id: Snowflake.nullish() })

/** Who resumed a session of an earlier process was not told who is where; then Discord is asked. */
async function channelOf({ bot, caller }: CommandContext, guildId: string): Promise<string | undefined> {
  const { platformUserId: userId } = caller.author
  const known = bot.voice.states.find(guildId, userId)
  if (known !== undefined) return known.channelId
  const asked = await bot.rest.get(Routes.guildVoiceState(guildId, userId)).catch(() => undefined)
  return VoiceState.safeParse(asked).data?.channel_id ?? undefined
}

/** People in a call keep us: only who manages the server takes us away from them. */
function whyNotMove({ bot, caller }: CommandContext, guildId: string, channelId: string): string | undefined {
  const current = bot.voice.calls?.callIn(guildId)?.channelId
  if (current === undefined || current === channelId || mayManageServer(caller)) return undefined
  const isNeeded = bot.voice.states.inChannel(guildId, current).some(({ isBot }) => !isBot)
  return isNeeded ? strings.callElsewhere(mentionChannels([current])) : undefined
}
