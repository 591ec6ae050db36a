import { Routes } from 'discord.js'
import type { Bot } from '../bot-context.ts'
import { attempt, RefusedError } from '../rest/faults.ts'
import { strings } from '../strings.ts'

/** Steps onto the stage if that is allowed, else raises the hand (developers/resources/voice.mdx); says which it was. */
export async function askToSpeak(
  { rest }: Bot,
  { guildId, channelId }: { readonly guildId: string; readonly channelId: string },
): Promise<string> {
  const change = (body: object) =>
    attempt(() =>
      rest.patch(Routes.guildVoiceState(guildId, '@me'), { body: { channel_id: channelId, ...body } }),
    ).then(
      () => true,
      (error: unknown) => {
        if (error instanceof RefusedError) return false
        throw error
      },
    )
  if (await change({ suppress: false })) return strings.callOnStage
  const hasAsked = await change({ request_to_speak_timestamp: new Date().toISOString() })
  return hasAsked ? strings.callInAudience : strings.callMayNotAsk
}
