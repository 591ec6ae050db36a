import { z } from 'zod'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { everywhere } from '#core/protocol/subjects.ts'
import { VoiceControl, type VoiceControlResult } from '#core/protocol/voice.ts'
import type { Bot } from '../bot-context.ts'
import { envelope } from '../envelope.ts'
import { strings } from '../strings.ts'
import { openCall } from './open-call.ts'

/** All guilds of this process: it holds every shard. */
const subjects = 'ai.voice.control.*'
const Asked = z.discriminatedUnion('type', [VoiceControl])

/** Joins, leaves, falls silent and claps for whoever asks on the bus, until the signal aborts. */
export async function respondToControl(bot: Bot, signal: AbortSignal): Promise<void> {
  const answer = async ({ body }: { body: Uint8Array }) => {
    const decoded = decodeMessage(body, Asked)
    const result =
      decoded.kind === 'message'
        ? { ...(await carryOut(bot, decoded.message)), correlationId: decoded.message.correlationId }
        : { isDone: false, sentence: strings.commandFailed }
    return encodeMessage(resultOf(result))
  }
  await bot.bus.respond(subjects, answer, { signal })
}

interface Result {
  readonly isDone: boolean
  readonly playAt?: number
  readonly sentence: string
  readonly correlationId?: string
}

function resultOf({ isDone, sentence, playAt, correlationId = 'unreadable' }: Result): VoiceControlResult {
  return {
    ...envelope(correlationId),
    type: 'voice.control.result',
    isDone,
    sentence: sentence.slice(0, 500),
    ...(playAt === undefined ? {} : { playAt }),
  }
}

async function carryOut(bot: Bot, { action, guildId, channelId }: VoiceControl): Promise<Result> {
  const { calls } = bot.voice
  if (calls === undefined) return { isDone: false, sentence: strings.callUnavailable }
  if (action === 'join') {
    if (channelId === undefined) return { isDone: false, sentence: strings.callNobodyThere }
    return await openCall(bot, { guildId, channelId, textChannelId: channelId })
  }
  if (action === 'stop') return outcome(calls.stop(guildId), strings.callStopped)
  if (action === 'panic' && guildId === everywhere)
    return { isDone: calls.leaveAll(), sentence: strings.callLeft }
  if (action === 'clap') return await clap(bot, guildId)
  // Silence first: leaving takes a moment.
  if (action === 'panic') calls.stop(guildId)
  return outcome(calls.leave(guildId), strings.callLeft)
}

async function clap({ voice: { calls } }: Bot, guildId: string): Promise<Result> {
  const call = calls?.callIn(guildId)
  if (!call?.isLive) return { isDone: false, sentence: strings.clapNeedsCall }
  const playAt = await call.clap()
  if (playAt === undefined) return { isDone: false, sentence: strings.clapMustWait }
  return { isDone: true, sentence: strings.clapped, playAt }
}

function outcome(isDone: boolean, sentence: string): Result {
  return { isDone, sentence: isDone ? sentence : strings.noCall }
}
