import type { LedgerEntry } from './ledger.ts'
import type { DiscordStandIn } from './stand-in.ts'
import type { MessageRecord } from './state/records.ts'
import { voiceCalls } from './voice/voice-calls.ts'
import type { Channel } from './world/channel.ts'
import type { OptionValues } from './world/command-data.ts'
import type { Guild } from './world/guild.ts'
import type { Person } from './world/person.ts'

/** A message as it goes over the process boundary. */
export interface SeenMessage {
  readonly id: string
  readonly channelId: string
  readonly authorId: string
  readonly content: string
  readonly versions: readonly { readonly at: number; readonly content: string }[]
  readonly replyTo: string | undefined
  readonly isDeleted: boolean
}

export interface Said {
  readonly personId: string
  readonly channelId: string
  readonly text: string
  readonly mentionBot?: boolean
  readonly replyTo?: string
}

/** What can be asked of a stand-in in another process: plain values in, plain values out. */
export function controlCalls(discord: DiscordStandIn) {
  const { world, gateway, ledger, clock } = discord
  const guilds = new Map<string, Guild>()
  const channels = new Map<string, Channel>()
  const people = new Map<string, Person>()
  return {
    guild: ({ name = 'guild' }: { name?: string }) => keep(guilds, world.guild({ name })),
    channel: ({ guildId, name }: { guildId: string; name: string }) =>
      keep(channels, known(guilds, guildId).channel(name)),
    person: ({ name, guildIds = [] }: { name: string; guildIds?: string[] }) => {
      const person = world.person(name)
      for (const id of guildIds) known(guilds, id).add(person)
      keep(channels, person.dm)
      return { personId: keep(people, person), dmId: person.dm.id }
    },
    says: ({ personId, channelId, text, mentionBot = false, replyTo }: Said) => {
      const said = known(people, personId).says(known(channels, channelId), text, {
        mentionBot,
        ...(replyTo === undefined ? {} : { replyTo: messageOf(discord, replyTo) }),
      })
      return said.id
    },
    edits: ({ personId, messageId, text }: { personId: string; messageId: string; text: string }) =>
      known(people, personId).edits(messageOf(discord, messageId), text),
    deletes: ({ personId, messageId }: { personId: string; messageId: string }) =>
      known(people, personId).deletes(messageOf(discord, messageId)),
    slash: ({ personId, channelId, name, values }: SlashCall) =>
      known(people, personId).slash(known(channels, channelId), name, values).record.id,
    messages: ({ channelId }: { channelId?: string }): SeenMessage[] =>
      world.messages.filter((m) => channelId === undefined || m.channelId === channelId).map(toSeen),
    waitForReply: async ({ messageId, deadlineMs }: { messageId: string; deadlineMs: number }) =>
      toSeen(await world.waitForReply(messageOf(discord, messageId), deadlineMs)),
    waitUntilLive: ({ deadlineMs }: { deadlineMs: number }) => gateway.waitUntilLive(deadlineMs),
    /** Entries from the n-th on. */
    ledger: ({ from = 0 }: { from?: number }): LedgerEntry[] => ledger.entries.slice(from),
    cut: ({ code }: { code?: number }) => gateway.cut(code),
    askToReconnect: () => gateway.askToReconnect(),
    invalidate: ({ resumable }: { resumable: boolean }) => gateway.invalidate({ resumable }),
    ...voiceCalls(discord, {
      guild: (id) => known(guilds, id),
      channel: (id) => known(channels, id),
      person: (id) => known(people, id),
      keep: (channel) => keep(channels, channel),
    }),
    advance: ({ byMs }: { byMs: number }) => clock.advance(byMs),
  }
}

export type ControlCalls = ReturnType<typeof controlCalls>

interface SlashCall {
  readonly personId: string
  readonly channelId: string
  readonly name: string
  readonly values?: OptionValues
}

function keep<T extends { readonly id: string }>(all: Map<string, T>, one: T): string {
  all.set(one.id, one)
  return one.id
}

function known<T>(all: Map<string, T>, id: string): T {
  const found = all.get(id)
  if (found === undefined) throw new RangeError(`nothing here has the id ${id}`)
  return found
}

function messageOf({ world }: DiscordStandIn, id: string): MessageRecord {
  const message = world.message(id)
  if (message === undefined) throw new RangeError(`there is no message ${id}`)
  return message
}

function toSeen({
  id,
  channelId,
  author,
  content,
  versions,
  reference,
  deletedAt,
}: MessageRecord): SeenMessage {
  const isDeleted = deletedAt !== undefined
  return { id, channelId, authorId: author.id, content, versions, replyTo: reference?.message_id, isDeleted }
}
