import type { Author } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, desc, eq, isNotNull, isNull, ne, or, type SQL, sql } from './drizzle.ts'
import type { ConversationId, PersonId } from './ids.ts'
import { conversations, identities, people, type TurnStatus, turns } from './schema.ts'

/** A turn as it is kept. `text` and `reply` are empty where nothing was said yet or the words were erased. */
export interface StoredTurn {
  readonly turnId: string
  readonly conversationId: ConversationId
  readonly personId: PersonId
  /** With the name the person asked for, else the platform's. */
  readonly author: Author
  readonly messageId: string
  readonly status: TurnStatus
  readonly attempt: number
  readonly text: string
  readonly reply: string
  readonly notice?: string
  readonly locale?: string
  readonly replacedBy?: string
  readonly keepsHistory: boolean
  readonly createdAt: Date
  readonly finishedAt?: Date
  readonly deliveredAt?: Date
}

/** The newest `limit` turns, of those accepted before and after the named ones. */
export interface TurnRange {
  readonly limit: number
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** Turns that may be shown, oldest first: without those retracted, replaced or emptied of words. */
export async function selectTurns(
  db: Database,
  condition: SQL | undefined,
  { limit, before, after }: TurnRange,
): Promise<StoredTurn[]> {
  const rows = await joinTurns(db)
    .where(
      and(
        condition,
        ne(turns.status, 'retracted'),
        isNull(turns.replacedBy),
        or(isNotNull(turns.text), isNotNull(turns.reply)),
        before === undefined ? undefined : sql`${turns.position} < ${positionOf(before)}`,
        after === undefined ? undefined : sql`${turns.position} > ${positionOf(after)}`,
      ),
    )
    .orderBy(desc(turns.position))
    .limit(limit)
  return rows.map(toStoredTurn).reverse()
}

function positionOf(turnId: string): SQL {
  return sql`(select other.position from ${turns} other where other.id = ${turnId})`
}

export async function findTurn(db: Database, condition: SQL | undefined): Promise<StoredTurn | undefined> {
  const [row] = await joinTurns(db).where(condition)
  return row && toStoredTurn(row)
}

function joinTurns(db: Database) {
  return db
    .select({
      turn: turns,
      personId: people.id,
      displayName: sql<string>`coalesce(${people.preferredName}, ${identities.displayName})`,
    })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .innerJoin(
      identities,
      and(eq(identities.platform, turns.platform), eq(identities.platformUserId, turns.platformUserId)),
    )
    .innerJoin(people, eq(people.id, identities.personId))
    .$dynamic()
}

type JoinedTurn = Awaited<ReturnType<typeof joinTurns>>[number]

function toStoredTurn({ turn, personId, displayName }: JoinedTurn): StoredTurn {
  const {
    id,
    platform,
    platformUserId,
    conversationId,
    messageId,
    status,
    attempt,
    keepsHistory,
    createdAt,
  } = turn
  const { notice, locale, replacedBy, finishedAt, deliveredAt } = turn
  return {
    turnId: id,
    conversationId,
    personId,
    author: { platform, platformUserId, displayName },
    messageId,
    status,
    attempt,
    text: turn.text ?? '',
    reply: turn.reply ?? '',
    keepsHistory,
    createdAt,
    ...(notice === null ? {} : { notice }),
    ...(locale === null ? {} : { locale }),
    ...(replacedBy === null ? {} : { replacedBy }),
    ...(finishedAt === null ? {} : { finishedAt }),
    ...(deliveredAt === null ? {} : { deliveredAt }),
  }
}
