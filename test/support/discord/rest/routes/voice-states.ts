import { PermissionFlagsBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { setVoiceState } from '../../state/voice-changes.ts'
import { toVoiceState, type VoiceStateRecord, voiceStateOf } from '../../state/voice-state.ts'
import { joinedGuild, requirePermission } from '../access.ts'
import { unknownVoiceState } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { noContent, ok, type RestReply, type Route } from '../route.ts'

/** Who is in voice, and the bot's place on a stage (developers/resources/voice.mdx). */
export const voiceStateRoutes: readonly Route[] = [
  { method: 'GET', path: '/guilds/:guildId/voice-states/:userId', handle: getVoiceState },
  { method: 'PATCH', path: '/guilds/:guildId/voice-states/@me', handle: changeOwnState },
]

function getVoiceState(request: RestRequest): RestReply {
  return ok(toVoiceState(known(request, param(request, 'userId'))))
}

const Change = z.object({
  channel_id: z.string().optional(),
  suppress: z.boolean().optional(),
  request_to_speak_timestamp: z.string().nullable().optional(),
})

/** "Modify Current User Voice State": to speak on a stage needs MUTE_MEMBERS, to raise a hand REQUEST_TO_SPEAK. */
function changeOwnState(request: RestRequest): RestReply {
  const { state, json } = request
  const change = parseWith(Change, json)
  const voice = known(request, '@me')
  const channel = state.channels.get(voice.channelId)
  const { suppress: isSuppressed = voice.isSuppressed, request_to_speak_timestamp: asked } = change
  if (channel !== undefined && voice.isSuppressed && !isSuppressed)
    requirePermission(state, channel, PermissionFlagsBits.MuteMembers)
  if (channel !== undefined && asked) requirePermission(state, channel, PermissionFlagsBits.RequestToSpeak)
  const asksToSpeakSince = asked === undefined ? voice.asksToSpeakSince : asked
  setVoiceState(state, { ...voice, isSuppressed, asksToSpeakSince })
  return noContent
}

function known(request: RestRequest, userId: string): VoiceStateRecord {
  const { state } = request
  const guild = joinedGuild(request)
  const voice = voiceStateOf(state, guild.id, userId === '@me' ? state.bot.id : userId)
  if (voice === undefined) throw unknownVoiceState()
  return voice
}
