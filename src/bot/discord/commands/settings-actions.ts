import { QuietHours } from '#core/chat/quiet-hours.ts'
import type { Call } from '../interactions/incoming.ts'
import { strings } from '../strings.ts'
import { mentionChannels } from './ask-for.ts'
import type { CommandContext } from './command.ts'
import { mayManageServer } from './permissions.ts'
import { replyPrivately } from './reply-privately.ts'

const maxChannels = 100

export async function changeSettings(context: CommandContext, { path, values }: Call): Promise<void> {
  const { guildId, isMember } = context.caller
  if (guildId === undefined || !isMember) return await replyPrivately(context, strings.onlyOnServers)
  if (!mayManageServer(context.caller)) return await replyPrivately(context, strings.needsManageServer)
  await replyPrivately(context, await carryOut(context, guildId, path, values))
}

/** Does what was asked and says what holds from now on. */
async function carryOut(
  context: CommandContext,
  guildId: string,
  path: string,
  values: Call['values'],
): Promise<string> {
  switch (path) {
    case 'quiet-hours set':
      return await setQuietHours(context, guildId, values)
    case 'quiet-hours off':
      await context.bot.rules.set(guildId, 'quietHours', undefined)
      return strings.quietHoursOff
    case 'channels allow':
      return await allowChannel(context, guildId, String(values.channel))
    case 'channels remove':
      return await removeChannel(context, guildId, String(values.channel))
    case 'channels everywhere':
      await context.bot.rules.set(guildId, 'allowedChannels', undefined)
      return strings.channelsEverywhere
    default:
      return await describe(context, guildId)
  }
}

async function setQuietHours(
  { bot }: CommandContext,
  guildId: string,
  values: Call['values'],
): Promise<string> {
  const wanted = QuietHours.safeParse({ from: values.from, to: values.to, timeZone: values['time-zone'] })
  if (!wanted.success) return strings.quietHoursBad
  await bot.rules.set(guildId, 'quietHours', wanted.data)
  const { from, to, timeZone } = wanted.data
  return strings.quietHoursSet(from, to, timeZone)
}

async function allowChannel({ bot }: CommandContext, guildId: string, channelId: string): Promise<string> {
  const { allowedChannels = [] } = await bot.rules.read(guildId)
  const wanted = new Set([...allowedChannels, channelId])
  if (wanted.size > maxChannels) return strings.tooManyChannels
  await bot.rules.set(guildId, 'allowedChannels', [...wanted])
  return strings.channelAllowed(mentionChannels([channelId]))
}

async function removeChannel({ bot }: CommandContext, guildId: string, channelId: string): Promise<string> {
  const { allowedChannels = [] } = await bot.rules.read(guildId)
  const left = allowedChannels.filter((id) => id !== channelId)
  if (left.length === allowedChannels.length) return strings.channelNotListed(mentionChannels([channelId]))
  await bot.rules.set(guildId, 'allowedChannels', left.length === 0 ? undefined : left)
  return left.length === 0
    ? strings.channelsEverywhere
    : strings.channelRemoved(mentionChannels([channelId]), mentionChannels(left))
}

async function describe({ bot }: CommandContext, guildId: string): Promise<string> {
  const { quietHours, allowedChannels } = await bot.rules.read(guildId)
  const quiet = quietHours && `${quietHours.from} to ${quietHours.to} (${quietHours.timeZone})`
  return strings.settingsShown(quiet, allowedChannels && mentionChannels(allowedChannels))
}
