import type { Database } from './database.ts'
import { and, desc, eq, gt, inArray, isNotNull, lt, ne, or, sql } from './drizzle.ts'
import type { PersonId, SessionId } from './ids.ts'
import { type AccountProvider, identities, people } from './schema.ts'
import { sessions } from './sign-in-schema.ts'
import { storable } from './storable.ts'

/** A session with what the web side shows of its person. Nothing in it is a secret. */
export interface Session {
  readonly id: SessionId
  readonly personId: PersonId
  readonly displayName: string
  readonly provider: AccountProvider
  /** Milliseconds since the epoch, as all times here. */
  readonly provedAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  /** Kept by a proxy in front and not by us: it has no row, and ends with its token. */
  readonly isProxied?: true
}

export interface ListedSession extends Session {
  readonly device: string
  readonly createdAt: number
}

export interface NewSession {
  readonly tokenHash: string
  readonly personId: PersonId
  readonly provider: AccountProvider
  readonly device: string
  readonly now: number
  readonly expiresAt: number
}

export async function addSession(
  db: Database,
  { now, expiresAt, ...session }: NewSession,
): Promise<SessionId> {
  const at = new Date(now)
  const [row] = await db
    .insert(sessions)
    .values({
      ...session,
      device: storable(session.device),
      createdAt: at,
      lastSeenAt: at,
      provedAt: at,
      expiresAt: new Date(expiresAt),
    })
    .returning({ id: sessions.id })
  if (row === undefined) throw new Error('an insert returned no row')
  return row.id
}

/** When a session counts as over: unused since `idleSince`, or older than its end. Milliseconds since the epoch. */
export interface SessionClock {
  readonly now: number
  readonly idleSince: number
}

const shownName = sql<string>`coalesce(${people.preferredName}, (select ${identities.displayName} from ${identities}
  where ${identities.personId} = ${people.id} and ${identities.platform} = ${sessions.provider} limit 1), '')`

const columns = {
  id: sessions.id,
  personId: sessions.personId,
  displayName: shownName,
  provider: sessions.provider,
  provedAt: sessions.provedAt,
  lastSeenAt: sessions.lastSeenAt,
  expiresAt: sessions.expiresAt,
  device: sessions.device,
  createdAt: sessions.createdAt,
}

/** The live session of this token, whose use is written down at most once a minute. */
export async function useSession(
  db: Database,
  tokenHash: string,
  clock: SessionClock,
): Promise<Session | undefined> {
  const [row] = await select(db, and(eq(sessions.tokenHash, tokenHash), isLive(clock)))
  if (row === undefined) return undefined
  const { device: _device, createdAt: _createdAt, ...session } = row
  if (clock.now - session.lastSeenAt < noteUseEveryMs) return session
  await db
    .update(sessions)
    .set({ lastSeenAt: new Date(clock.now) })
    .where(eq(sessions.id, session.id))
  return { ...session, lastSeenAt: clock.now }
}

const noteUseEveryMs = 60_000

/** The person's live sessions, last used first. */
export async function listSessions(
  db: Database,
  personId: PersonId,
  clock: SessionClock,
): Promise<ListedSession[]> {
  return await select(db, and(eq(sessions.personId, personId), isLive(clock)))
}

/** Those of the given sessions that are still live. */
export async function liveSessions(
  db: Database,
  ids: readonly SessionId[],
  clock: SessionClock,
): Promise<Set<SessionId>> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(inArray(sessions.id, [...ids]), isLive(clock)))
  return new Set(rows.map(({ id }) => id))
}

/** Ends one of the person's sessions, or all but one. Returns which ended: tell every process of them. */
export async function endSessions(
  db: Database,
  personId: PersonId,
  which: { readonly only: string } | { readonly allBut: SessionId | undefined },
): Promise<SessionId[]> {
  const isMeant =
    'only' in which
      ? sql`${sessions.id}::text = ${which.only}`
      : which.allBut === undefined
        ? isNotNull(sessions.id)
        : ne(sessions.id, which.allBut)
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.personId, personId), isMeant))
    .returning({ id: sessions.id })
  return ended.map(({ id }) => id)
}

/** Removes what is over. */
export async function dropDeadSessions(db: Database, { now, idleSince }: SessionClock): Promise<void> {
  await db
    .delete(sessions)
    .where(or(lt(sessions.expiresAt, new Date(now)), lt(sessions.lastSeenAt, new Date(idleSince))))
}

function isLive({ now, idleSince }: SessionClock) {
  return and(gt(sessions.expiresAt, new Date(now)), gt(sessions.lastSeenAt, new Date(idleSince)))
}

async function select(db: Database, condition: ReturnType<typeof and>): Promise<ListedSession[]> {
  const rows = await db
    .select(columns)
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(condition)
    .orderBy(desc(sessions.lastSeenAt))
  return rows.map((row) => ({
    ...row,
    provedAt: row.provedAt.getTime(),
    lastSeenAt: row.lastSeenAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    createdAt: row.createdAt.getTime(),
  }))
}
