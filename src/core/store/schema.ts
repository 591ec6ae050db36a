import { randomUUIDv7 } from 'node:crypto'
import type { ChatRequest, Place, Platform, ReplyStatus } from '#core/protocol/chat.ts'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  sql,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from './drizzle.ts'
import type { ConversationId, OverlayId, PersonId } from './ids.ts'

/**
 * The tables. `npm run db:generate` writes the migration of a change into drizzle/. Columns of JSON are `json` and not
 * `jsonb`: nothing queries inside them, and `jsonb` refuses some strings that people can type.
 */

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const createdAt = () => instant('created_at').notNull().defaultNow()

/** Somebody, with what they chose for themselves; the names that platforms show are in `identities`. */
export const people = pgTable('people', {
  id: uuid('id')
    .$type<PersonId>()
    .primaryKey()
    .$defaultFn(() => randomUUIDv7() as PersonId),
  preferredName: text('preferred_name'),
  locale: text('locale'),
  keepsHistory: boolean('keeps_history').notNull().default(true),
  /** False: in calls, nothing that they say is listened to. */
  isHeard: boolean('is_heard').notNull().default(true),
  /** What they say in calls may be written down. */
  allowsTranscripts: boolean('allows_transcripts').notNull().default(false),
  createdAt: createdAt(),
})

/** Where an account is: a platform where the companion talks, or a provider that people sign in with only. */
export type AccountProvider = Platform | 'google' | 'github' | 'authentik'

/** An account on a platform or at a sign-in provider; a person may have several. `web` is the person on our own pages. */
export const identities = pgTable(
  'identities',
  {
    platform: text('platform').$type<AccountProvider>().notNull(),
    platformUserId: text('platform_user_id').notNull(),
    personId: uuid('person_id')
      .$type<PersonId>()
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    displayName: text('display_name').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.platformUserId] }),
    index('identities_person').on(table.personId),
  ],
)

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id')
      .$type<ConversationId>()
      .primaryKey()
      .$defaultFn(() => randomUUIDv7() as ConversationId),
    platform: text('platform').$type<Platform>().notNull(),
    placeId: text('place_id').notNull(),
    kind: text('kind').$type<Place['kind']>().notNull(),
    guildId: text('guild_id'),
    parentId: text('parent_id'),
    /** How often words of this conversation were erased: a summary made from older words is not stored any more. */
    erasures: integer('erasures').notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('conversations_place').on(table.platform, table.placeId)],
)

export type TurnStatus = 'running' | ReplyStatus

/**
 * What somebody said and what was answered. The answer lives in the same row on purpose: finishing, fencing by attempt
 * and retracting are then each one update of one row, and there is nowhere a second answer could be.
 */
export const turns = pgTable(
  'turns',
  {
    /** Made from author and message by the app (core/chat/turn-id.ts). */
    id: text('id').primaryKey(),
    /** Order of acceptance. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    conversationId: uuid('conversation_id')
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Platform>().notNull(),
    platformUserId: text('platform_user_id').notNull(),
    messageId: text('message_id').notNull(),
    status: text('status').$type<TurnStatus>().notNull().default('running'),
    /** How often the turn was begun; only the newest attempt may finish it. */
    attempt: integer('attempt').notNull().default(1),
    keepsHistory: boolean('keeps_history').notNull(),
    /** Null once erased, as are `reply` and `notice`. */
    text: text('text'),
    locale: text('locale'),
    /** The newest turn of the same author that took this one's place. */
    replacedBy: text('replaced_by'),
    reply: text('reply'),
    notice: text('notice'),
    usage: json('usage').$type<TurnUsage>(),
    deliverTo: json('deliver_to').$type<NonNullable<ChatRequest['deliverTo']>>(),
    /** The platform's messages that show the answer now. */
    deliveredMessageIds: text('delivered_message_ids').array().notNull().default(sql`'{}'`),
    createdAt: createdAt(),
    startedAt: instant('started_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    uniqueIndex('turns_message').on(table.platform, table.platformUserId, table.messageId),
    index('turns_history').on(table.conversationId, table.position),
    index('turns_replaced').on(table.replacedBy).where(sql`${table.replacedBy} is not null`),
    index('turns_undelivered')
      .on(table.platform, table.finishedAt)
      .where(sql`${table.deliveredAt} is null and ${table.deliverTo} is not null`),
    index('turns_private')
      .on(table.finishedAt)
      .where(sql`not ${table.keepsHistory} and ${table.reply} is not null`),
    foreignKey({
      name: 'turns_identity',
      columns: [table.platform, table.platformUserId],
      foreignColumns: [identities.platform, identities.platformUserId],
    }).onDelete('cascade'),
    foreignKey({
      name: 'turns_replaced_by',
      columns: [table.replacedBy],
      foreignColumns: [table.id],
    }).onDelete('set null'),
  ],
)

/** What a turn cost: tokens, and milliseconds by part. */
export interface TurnUsage {
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly contextMs?: number
  /** From asking the model to its first token. */
  readonly firstTokenMs?: number
  readonly totalMs?: number
}

/** What is known of a message before its request came: a new text, or (without one) that it was deleted. */
export const messageMarks = pgTable(
  'message_marks',
  {
    platform: text('platform').$type<Platform>().notNull(),
    platformUserId: text('platform_user_id').notNull(),
    messageId: text('message_id').notNull(),
    amendedText: text('amended_text'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.platformUserId, table.messageId] }),
    index('message_marks_age').on(table.createdAt),
  ],
)

/** Notes on the older part of a conversation, through the named turn. */
export const summaries = pgTable('summaries', {
  conversationId: uuid('conversation_id')
    .$type<ConversationId>()
    .primaryKey()
    .references(() => conversations.id, { onDelete: 'cascade' }),
  text: text('text').notNull(),
  throughTurnId: text('through_turn_id')
    .notNull()
    .references(() => turns.id, { onDelete: 'cascade' }),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

/** When a person last asked to be forgotten at a place, or (place `''`) everywhere: what was said before stays unsaid. */
export const forgettings = pgTable(
  'forgettings',
  {
    personId: uuid('person_id')
      .$type<PersonId>()
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    placeId: text('place_id').notNull(),
    forgottenAt: instant('forgotten_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.placeId] })],
)

/** What administrators and people set; each key's value has its schema where it is read. */
export const settings = pgTable(
  'settings',
  {
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    value: json('value').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] })],
)

/** A view of a stage for a streaming program, reached with a token of its own. */
export const overlays = pgTable(
  'overlays',
  {
    /** Part of the overlay's address; says nothing and opens nothing. */
    id: text('id').$type<OverlayId>().primaryKey(),
    /** Null: the local owner of an installation without sign-in. */
    ownerId: uuid('owner_id')
      .$type<PersonId>()
      .references(() => people.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    stage: text('stage').notNull(),
    /** SHA-256 of the token; the token itself is shown once and stored nowhere. */
    tokenHash: text('token_hash').notNull(),
    settings: json('settings').notNull(),
    /** SHA-256 of the uploaded avatar; null: our own. */
    avatar: text('avatar'),
    createdAt: createdAt(),
    lastSeenAt: instant('last_seen_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('overlays_owner').on(table.ownerId)],
)
