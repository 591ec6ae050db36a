import { ApplicationCommandOptionType, ApplicationIntegrationType, InteractionContextType } from 'discord.js'
import { z } from 'zod'
import type { Author, Place } from '#core/protocol/chat.ts'
import { DiscordUser, displayNameOf, ReferencedMessage } from '../messages/incoming.ts'
import { placeOf } from '../places.ts'
import { Snowflake } from '../snowflake.ts'

/** What we read of an interaction (developers/interactions/receiving-and-responding.mdx). */

const OptionValue = z.union([z.string(), z.number(), z.boolean()])
const Option = z.object({
  name: z.string(),
  type: z.number(),
  value: OptionValue.optional(),
  focused: z.boolean().optional(),
  get options() {
    return z.array(Option).optional()
  },
})
type Option = z.infer<typeof Option>

const CommandData = z.object({
  name: z.string(),
  options: z.array(Option).default([]),
  target_id: Snowflake.optional(),
  resolved: z.object({ messages: z.record(z.string(), ReferencedMessage).optional() }).optional(),
})

export const IncomingInteraction = z.object({
  id: Snowflake,
  application_id: Snowflake,
  type: z.number(),
  token: z.string(),
  guild_id: Snowflake.optional(),
  channel_id: Snowflake,
  channel: z.object({ type: z.number(), parent_id: Snowflake.nullish() }),
  member: z.object({ user: DiscordUser, nick: z.string().nullish(), permissions: z.string() }).optional(),
  user: DiscordUser.optional(),
  locale: z.string().max(35).optional(),
  context: z.number().optional(),
  authorizing_integration_owners: z.record(z.string(), z.string()).default({}),
  data: z.unknown(),
})
export type IncomingInteraction = z.infer<typeof IncomingInteraction>

/** A command as it was called: `persona set me` with its options by name. */
export interface Call {
  readonly command: string
  /** The subcommand (after its group), empty without one. */
  readonly path: string
  readonly values: Readonly<Record<string, string | number | boolean>>
  /** The option being typed, for autocompletion. */
  readonly focused: { readonly name: string; readonly value: string } | undefined
  /** The message whose context menu was used. */
  readonly target: ReferencedMessage | undefined
}

export function readCall(data: unknown): Call {
  const { name, options, target_id, resolved } = CommandData.parse(data)
  const { path, leaf } = descend(options)
  const focused = leaf.find((option) => option.focused === true)
  const values = leaf.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  return {
    command: name,
    path: path.join(' '),
    values: Object.fromEntries(values),
    focused: focused && { name: focused.name, value: String(focused.value ?? '') },
    target: target_id === undefined ? undefined : resolved?.messages?.[target_id],
  }
}

function descend(options: readonly Option[]): { path: string[]; leaf: readonly Option[] } {
  const [only] = options
  const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType
  if (only === undefined || (only.type !== Subcommand && only.type !== SubcommandGroup))
    return { path: [], leaf: options }
  const { path, leaf } = descend(only.options ?? [])
  return { path: [only.name, ...path], leaf }
}

/** Who used a command or pressed a button, and where. */
export interface Caller {
  readonly author: Author
  readonly place: Place
  readonly guildId: string | undefined
  readonly permissions: bigint
  /** The app is installed there and not only by this person, so it can write there as itself. */
  readonly isMember: boolean
  readonly locale: string | undefined
}

export function callerOf(interaction: IncomingInteraction): Caller {
  const { guild_id: guildId, channel_id, channel, member, context, locale } = interaction
  const user = member?.user ?? interaction.user
  if (user === undefined) throw new Error('an interaction without a user')
  const owners = interaction.authorizing_integration_owners
  return {
    author: { platform: 'discord', platformUserId: user.id, displayName: displayNameOf(user, member) },
    place: guildId === undefined ? { kind: 'dm', id: channel_id } : placeOf(channel_id, guildId, channel),
    guildId,
    permissions: BigInt(member?.permissions ?? '0'),
    isMember:
      context === InteractionContextType.BotDM ||
      owners[ApplicationIntegrationType.GuildInstall] !== undefined,
    locale,
  }
}
