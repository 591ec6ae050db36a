import { AllowedMentionsTypes, type APIAllowedMentions, PermissionFlagsBits } from 'discord-api-types/v10'
import { invalidForm } from '../rest/errors.ts'
import { can } from './permissions.ts'
import type { ChannelRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface Mentions {
  readonly everyone: boolean
  readonly userIds: string[]
  readonly roleIds: string[]
}

export interface MentionContext {
  readonly channel: ChannelRecord
  readonly authorId: string
  readonly content: string
  readonly repliedTo?: MessageRecord | undefined
  readonly allowed?: APIAllowedMentions | null | undefined
}

/**
 * Who a text mentions once `allowed_mentions` has been applied (developers/resources/message.mdx, "Allowed Mentions
 * Object"): absent means everything is parsed and the author of the replied message is pinged; present means only
 * what it lists.
 */
export function mentionsOf(state: DiscordState, context: MentionContext): Mentions {
  const { allowed, content, repliedTo } = context
  if (allowed) checkAllowedMentions(allowed)
  const users = matches(content, /<@!?(\d+)>/g).filter(
    (id) => state.users.has(id) && isAllowed(allowed, 'users', id),
  )
  const pingsReplied = allowed ? allowed.replied_user === true : true
  const replied = repliedTo !== undefined && pingsReplied ? [repliedTo.author.id] : []
  return {
    everyone: mentionsEveryone(state, context),
    userIds: [...new Set([...users, ...replied])],
    roleIds: matches(content, /<@&(\d+)>/g).filter((id) => isAllowed(allowed, 'roles', id)),
  }
}

function isAllowed(
  allowed: APIAllowedMentions | null | undefined,
  kind: 'users' | 'roles',
  id: string,
): boolean {
  if (!allowed) return true
  const type = kind === 'users' ? AllowedMentionsTypes.User : AllowedMentionsTypes.Role
  return allowed.parse?.includes(type) === true || allowed[kind]?.includes(id) === true
}

function mentionsEveryone(
  state: DiscordState,
  { channel, authorId, content, allowed }: MentionContext,
): boolean {
  if (!/@(everyone|here)\b/.test(content)) return false
  const isWanted = !allowed || allowed.parse?.includes(AllowedMentionsTypes.Everyone) === true
  return isWanted && can(state, channel, authorId, PermissionFlagsBits.MentionEveryone)
}

/** `parse: ["users"]` together with `users: [...]` is refused, and so for roles. */
function checkAllowedMentions(allowed: APIAllowedMentions): void {
  const clash = (['users', 'roles'] as const).find(
    (kind) => (allowed.parse as string[] | undefined)?.includes(kind) && (allowed[kind]?.length ?? 0) > 0,
  )
  if (clash === undefined) return
  throw invalidForm(
    ['allowed_mentions'],
    'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
    `parse:["${clash}"] and ${clash}`,
  )
}

function matches(content: string, pattern: RegExp): string[] {
  return [...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? ''))]
}
