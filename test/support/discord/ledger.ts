import { appendFileSync } from 'node:fs'
import type { Clock } from './clock.ts'
import type { RateLimitScope } from './rest/rate-limited-error.ts'

/** What the stand-in did and saw, told apart by `type`. Entries are never changed or taken away. */
type LedgerEvent =
  | { type: 'request'; method: string; path: string; status: number; code?: number | undefined }
  | { type: 'rate-limited'; method: string; path: string; scope: RateLimitScope }
  | {
      type: 'message.created'
      messageId: string
      channelId: string
      authorId: string
      replyTo?: string | undefined
      nonce?: string | undefined
      content: string
    }
  | { type: 'message.repeated'; messageId: string; nonce: string }
  | { type: 'message.edited'; messageId: string; authorId: string; content: string }
  | { type: 'message.deleted'; messageId: string; byUserId: string }
  | { type: 'typing'; channelId: string; userId: string }
  | { type: 'reaction'; messageId: string; userId: string; emoji: string; added: boolean }
  | { type: 'interaction.created'; interactionId: string; kind: number; userId: string; name: string }
  | { type: 'interaction.answered'; interactionId: string; kind: number }
  | { type: 'commands.registered'; guildId?: string | undefined; names: string[] }
  | { type: 'gateway.opened'; connection: number; path: string }
  | { type: 'gateway.closed'; connection: number; code: number; by: 'bot' | 'stand-in' }
  | { type: 'gateway.identified'; connection: number; sessionId: string; shard: number; intents: number }
  | { type: 'gateway.resumed'; connection: number; sessionId: string; afterSeq: number; replayed: number }
  | { type: 'gateway.session-refused'; connection: number; sessionId: string; resumable: boolean }
  | {
      type: 'gateway.dispatched'
      sessionId: string
      seq: number
      event: string
      id?: string | undefined
      sent: boolean
    }
  | { type: 'gateway.overlap'; shard: number; sessionIds: string[] }
  | { type: 'stand-in.failed'; error: string }
  | { type: 'gateway.presence'; status: string }
  /** Op 4; with a reason it got no answer. */
  | { type: 'voice.asked'; guildId: string; channelId: string | null; refusedBecause?: string | undefined }
  | { type: 'voice.opened'; connection: number; path: string }
  | { type: 'voice.identified'; connection: number; guildId: string; maxDaveVersion: number }
  | { type: 'voice.ready'; guildId: string; channelId: string; mode: string; daveVersion: number }
  | { type: 'voice.resumed'; guildId: string; afterSeq: number; replayed: number }
  | { type: 'voice.speaking'; guildId: string; speaking: number }
  /** A change of the end-to-end encrypted group; no transition where the bot is not in it. */
  | {
      type: 'voice.dave.epoch'
      epoch: number
      by: 'bot' | 'person'
      transitionId?: number | undefined
      members: string[]
    }
  | { type: 'voice.dave.bot-commit'; counts: boolean }
  | { type: 'voice.dave.ready'; transitionId: number }
  | { type: 'voice.dave.invalid'; transitionId: number }
  | {
      type: 'voice.closed'
      connection: number
      guildId?: string | undefined
      code: number
      by: 'bot' | 'stand-in'
    }

export type LedgerEntry = LedgerEvent & { readonly n: number; readonly at: number }

export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  append(event: LedgerEvent): void
  /** Entries of one type, oldest first. */
  of<T extends LedgerEvent['type']>(type: T): (LedgerEntry & { type: T })[]
  /** Calls back after each entry; returns how to stop. */
  onEntry(callback: (entry: LedgerEntry) => void): () => void
  lastLines(count: number): string
}

export interface LedgerOptions {
  readonly clock: Clock
  /** Also appended here, a JSON object per line, so that it outlives the process. */
  readonly file?: string | undefined | undefined
}

export function createLedger({ clock, file }: LedgerOptions): Ledger {
  const entries: LedgerEntry[] = []
  const listeners = new Set<(entry: LedgerEntry) => void>()
  return {
    entries,
    append(event) {
      const entry = { n: entries.length, at: clock.now(), ...event }
      entries.push(entry)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`)
      for (const listener of [...listeners]) listener(entry)
    },
    of: <T extends LedgerEvent['type']>(type: T) =>
      entries.filter((entry): entry is LedgerEntry & { type: T } => entry.type === type),
    onEntry(callback) {
      listeners.add(callback)
      return () => listeners.delete(callback)
    },
    lastLines: (count) =>
      entries
        .slice(-count)
        .map((entry) => JSON.stringify(entry))
        .join('\n'),
  }
}
