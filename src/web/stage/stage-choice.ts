import { z } from 'zod'
import type { Author } from '#core/protocol/chat.ts'
import { discordStage, twitchStage, webStage } from '#core/protocol/stage-id.ts'

/** How a form names a stage. */
export const StageChoice = z.object({
  source: z.enum(['page', 'discord', 'twitch']),
  place: z.string().trim().max(64).default(''),
})
export type StageChoice = z.infer<typeof StageChoice>

const discordId = /^\d{15,21}$/
/** https://dev.twitch.tv/docs/irc: 4 to 25 characters; some old names have three. */
const twitchLogin = /^#?([A-Za-z0-9_]{3,25})$/

/** Undefined for a place that cannot be one. */
export function stageOf({ source, place }: StageChoice, author: Author): string | undefined {
  if (source === 'page') return webStage(author.platformUserId)
  if (source === 'discord') return discordId.test(place) ? discordStage(place) : undefined
  const login = twitchLogin.exec(place)?.[1]
  return login && twitchStage(login)
}

/** The Discord server whose calls feed a stage, if one does. */
export function guildOf(stage: string): string | undefined {
  const { source, place } = choiceOf(stage)
  return source === 'discord' ? place : undefined
}

/** What a form shows for a stage. */
export function choiceOf(stage: string): StageChoice {
  const [source = '', ...rest] = stage.split('-')
  if (source === 'discord' || source === 'twitch') return { source, place: rest.join('-') }
  return { source: 'page', place: '' }
}
