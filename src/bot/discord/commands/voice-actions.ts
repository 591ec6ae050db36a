import type { Call } from '../interactions/incoming.ts'
import { Snowflake } from '../snowflake.ts'
import { strings } from '../strings.ts'
import { GuildVoiceSettings, maxAutoJoinChannels } from '../voice/guild-voice-settings.ts'
import { callSettings } from '../voice/open-call.ts'
import type { TurnSummary } from '../voice/worker-messages.ts'
import { mentionChannels } from './ask-for.ts'
import type { CommandContext } from './command.ts'
import { mayManageServer } from './permissions.ts'
import { replyPrivately } from './reply-privately.ts'

export async function runVoiceCommand(context: CommandContext, { path, values }: Call): Promise<void> {
  const { guildId, isMember } = context.caller
  if (guildId === undefined || !isMember) return await replyPrivately(context, strings.onlyOnServers)
  if (path === 'show') return await replyPrivately(context, await describe(context, guildId))
  if (!mayManageServer(context.caller)) return await replyPrivately(context, strings.needsManageServer)
  const change = path === 'set' ? setVoice : setAutoJoin
  await replyPrivately(context, await change(context, guildId, values))
}

async function describe({ bot }: CommandContext, guildId: string): Promise<string> {
  const { voice, language, autoJoinChannels, staysWhenAlone } = await bot.voice.settings.read(guildId)
  const settings = strings.voiceSettings(
    voice ?? strings.voiceDefault,
    language ?? strings.languageGuessed,
    autoJoinChannels.length === 0 ? undefined : mentionChannels(autoJoinChannels),
    staysWhenAlone,
  )
  const call = bot.voice.calls?.callIn(guildId)
  if (call === undefined) return settings
  return `${settings}\n\n${call.lastTurn ? describeTurn(call.lastTurn) : strings.voiceNoTurn}`
}

function describeTurn({ times }: TurnSummary): string {
  const rows = Object.entries(strings.voiceTimes).flatMap(([name, what]) => {
    const ms = times[name]
    return ms === undefined ? [] : [`${Math.round(ms)} ms: ${what}`]
  })
  return strings.voiceTurn(rows)
}

const takesBack = 'any'

async function setVoice(context: CommandContext, guildId: string, values: Call['values']): Promise<string> {
  const { voice, language, 'stay-when-alone': stays } = values
  if (voice === undefined && language === undefined && stays === undefined) return strings.voiceNothingGiven
  const isLanguage = GuildVoiceSettings.shape.language.safeParse(language).success
  if (language !== undefined && language !== takesBack && !isLanguage) return strings.voiceBadLanguage
  await change(context, guildId, {
    ...(voice === undefined ? {} : { voice: voice === takesBack ? undefined : String(voice) }),
    ...(language === undefined ? {} : { language: language === takesBack ? undefined : String(language) }),
    ...(stays === undefined ? {} : { staysWhenAlone: stays === true }),
  })
  return strings.voiceChanged
}

async function setAutoJoin(
  context: CommandContext,
  guildId: string,
  values: Call['values'],
): Promise<string> {
  const channelId = Snowflake.parse(values.channel)
  const { autoJoinChannels } = await context.bot.voice.settings.read(guildId)
  const others = autoJoinChannels.filter((id) => id !== channelId)
  if (values.enabled === true && others.length >= maxAutoJoinChannels) return strings.tooManyAutoJoin
  await change(context, guildId, {
    autoJoinChannels: values.enabled === true ? [...others, channelId] : others,
  })
  return strings.voiceChanged
}

type Patch = Parameters<CommandContext['bot']['voice']['settings']['change']>[1]

/** Holds for the call that runs, too. */
async function change({ bot }: CommandContext, guildId: string, patch: Patch): Promise<void> {
  const settings = await bot.voice.settings.change(guildId, patch)
  bot.voice.calls?.callIn(guildId)?.change(callSettings(settings), settings.staysWhenAlone)
}
