import { randomUUIDv7 } from 'node:crypto'
import {
  bigint,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from './drizzle.ts'
import type { PersonId, SessionId } from './ids.ts'
import { type AccountProvider, identities, people } from './schema.ts'

/** The tables of sign-in. Secrets that browsers hold are here as SHA-256 only, tokens of providers sealed. */

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const personId = () => uuid('person_id').$type<PersonId>()

/** A browser that somebody is signed in with. Ending a session deletes its row. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id')
      .$type<SessionId>()
      .primaryKey()
      .$defaultFn(() => randomUUIDv7() as SessionId),
    tokenHash: text('token_hash').notNull(),
    personId: personId()
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    /** The account that was proved last, and when: sensitive changes want a fresh proof. */
    provider: text('provider').$type<AccountProvider>().notNull(),
    provedAt: instant('proved_at').notNull(),
    /** What the browser calls itself, shortened to a name and a system. */
    device: text('device').notNull(),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** However much it is used. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('sessions_token').on(table.tokenHash),
    index('sessions_person').on(table.personId),
    index('sessions_expiry').on(table.expiresAt),
  ],
)

export type SignInPurpose = 'sign-in' | 'link' | 'prove' | 'merge'

/**
 * A sign-in that was begun, or a merge that was offered, and waits for its browser to come back. Taken once, by deleting
 * the row. `stateHash` is what the provider hands back; `browserHash` binds it to the browser that began.
 */
export const signInFlows = pgTable(
  'sign_in_flows',
  {
    stateHash: text('state_hash').primaryKey(),
    browserHash: text('browser_hash').notNull(),
    provider: text('provider').$type<AccountProvider>().notNull(),
    purpose: text('purpose').$type<SignInPurpose>().notNull(),
    /** The session that links, proves itself anew or merges. */
    sessionId: uuid('session_id')
      .$type<SessionId>()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    /** Whom a merge would take in. */
    mergedPersonId: uuid('merged_person_id')
      .$type<PersonId>()
      .references(() => people.id, { onDelete: 'cascade' }),
    returnTo: text('return_to').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sign_in_flows_expiry').on(table.expiresAt)],
)

/** What a provider gave us for an account, sealed (core/secrets/sealer.ts); it goes when the account is unlinked. */
export const providerTokens = pgTable(
  'provider_tokens',
  {
    platform: text('platform').$type<AccountProvider>().notNull(),
    platformUserId: text('platform_user_id').notNull(),
    keyId: text('key_id').notNull(),
    sealed: text('sealed').notNull(),
    expiresAt: instant('expires_at'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.platformUserId] }),
    foreignKey({
      name: 'provider_tokens_identity',
      columns: [table.platform, table.platformUserId],
      foreignColumns: [identities.platform, identities.platformUserId],
    }).onDelete('cascade'),
  ],
)

/** What happened around sign-in, for whoever looks into it later. Never a token, a code or what somebody said. */
export const securityEvents = pgTable(
  'security_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull().defaultNow(),
    type: text('type').notNull(),
    personId: personId().references(() => people.id, { onDelete: 'cascade' }),
    sessionId: uuid('session_id').$type<SessionId>(),
    provider: text('provider').$type<AccountProvider>(),
    /** Why something was refused. */
    reason: text('reason'),
    /** The address that the connection came from. */
    address: text('address'),
  },
  (table) => [
    index('security_events_person').on(table.personId, table.at),
    index('security_events_age').on(table.at),
  ],
)

/** Persons that turned out to be another one. */
export const merges = pgTable(
  'merges',
  {
    mergedPersonId: uuid('merged_person_id').$type<PersonId>().primaryKey(),
    personId: personId()
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    mergedAt: instant('merged_at').notNull().defaultNow(),
    turns: integer('turns').notNull(),
    overlays: integer('overlays').notNull(),
    accounts: json('accounts').$type<readonly string[]>().notNull(),
  },
  (table) => [index('merges_person').on(table.personId)],
)
