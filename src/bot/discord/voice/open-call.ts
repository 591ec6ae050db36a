import { ChannelType } from 'discord.js'
import type { Bot } from '../bot-context.ts'
import { mentionChannels } from '../commands/ask-for.ts'
import { welcomeAt } from '../guild-rules.ts'
import { strings } from '../strings.ts'
import type { CallSettings } from './call-fields.ts'
import type { JoinOutcome } from './call-plan.ts'
import type { GuildVoiceSettings } from './guild-voice-settings.ts'
import { joinRefusal } from './join-refusal.ts'
import { askToSpeak } from './stage-channel.ts'

export interface CallWish {
  readonly guildId: string
  readonly channelId: string
  /** Where sentences for the people of the call go; a voice channel has a chat of its own. */
  readonly textChannelId: string
  /** People know us already. */
  readonly isReturning?: boolean
}

/** Joins a voice channel if nothing speaks against it. The sentence is for whoever asked, also on success. */
export async function openCall(bot: Bot, wish: CallWish): Promise<JoinOutcome> {
  const { calls } = bot.voice
  const refusal = calls ? await whyNot(bot, wish) : strings.callUnavailable
  if (calls === undefined || refusal !== undefined) return { isDone: false, sentence: refusal ?? '' }
  const settings = await bot.voice.settings.read(wish.guildId)
  const outcome = await calls.join({
    ...wish,
    settings: callSettings(settings),
    staysWhenAlone: settings.staysWhenAlone,
    greeting: wish.isReturning ? undefined : greetingIn(settings.language, bot.persona.name),
  })
  if (!outcome.isDone) return outcome
  const listening = strings.callListening(bot.persona.name, mentionChannels([wish.channelId]))
  if (!isStage(bot, wish.channelId)) return { isDone: true, sentence: listening }
  return { isDone: true, sentence: `${listening}\n${await askToSpeak(bot, wish)}` }
}

export function callSettings({ voice, language }: GuildVoiceSettings): CallSettings {
  return { ...(voice === undefined ? {} : { voice }), ...(language === undefined ? {} : { language }) }
}

async function whyNot(bot: Bot, { guildId, channelId }: CallWish): Promise<string | undefined> {
  if (bot.transcriber === undefined) return strings.callNoEars
  const rules = await bot.rules.read(guildId)
  const welcome = welcomeAt(rules, { kind: 'guild', id: channelId, guildId })
  if (welcome === 'elsewhere') return strings.notInThisChannel(mentionChannels(rules.allowedChannels ?? []))
  if (welcome === 'quiet' && rules.quietHours)
    return strings.quietUntil(rules.quietHours.to, rules.quietHours.timeZone)
  return await joinRefusal(bot, channelId)
}

function greetingIn(language: string | undefined, name: string): string {
  const { en, de, ja } = strings.callGreeting
  if (language?.startsWith('de')) return de(name)
  return language?.startsWith('ja') ? ja(name) : en(name)
}

function isStage(bot: Bot, channelId: string): boolean {
  return bot.client.channels.cache.get(channelId)?.type === ChannelType.GuildStageVoice
}
