import type { Place, Platform } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { desc, eq, sql } from './drizzle.ts'
import { conversations, type TurnStatus, type TurnUsage, turns } from './schema.ts'

/** How a turn went, without a word of it and without who it was. */
export interface TurnTimes {
  readonly turnId: string
  readonly platform: Platform
  readonly kind: Place['kind']
  readonly status: TurnStatus
  readonly attempt: number
  readonly createdAt: Date
  readonly usage: TurnUsage | null
}

/** The newest first. */
export async function newestTurnTimes(
  db: Database,
  { limit }: { readonly limit: number },
): Promise<TurnTimes[]> {
  return await db
    .select({
      turnId: turns.id,
      platform: turns.platform,
      kind: conversations.kind,
      status: turns.status,
      attempt: turns.attempt,
      createdAt: turns.createdAt,
      usage: turns.usage,
    })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .orderBy(desc(turns.position))
    .limit(limit)
}

/** In milliseconds; null where nothing was measured. */
export interface LatencyPercentiles {
  readonly count: number
  readonly firstTokenP50: number | null
  readonly firstTokenP95: number | null
  readonly totalP50: number | null
  readonly totalP95: number | null
}

/** Over the newest turns that were measured. */
export async function latencyPercentiles(
  db: Database,
  { newest }: { readonly newest: number },
): Promise<LatencyPercentiles> {
  const measured = db.$with('measured').as(
    db
      .select({
        firstToken: sql<number>`(${turns.usage} ->> 'firstTokenMs')::float8`.as('first_token'),
        total: sql<number>`(${turns.usage} ->> 'totalMs')::float8`.as('total'),
      })
      .from(turns)
      .where(sql`${turns.usage} ->> 'totalMs' is not null`)
      .orderBy(desc(turns.position))
      .limit(newest),
  )
  const percentile = (part: number, of: unknown) =>
    sql<number | null>`percentile_cont(${part}::float8) within group (order by ${of})`
  const [row] = await db
    .with(measured)
    .select({
      count: sql<number>`count(*)::int`,
      firstTokenP50: percentile(0.5, measured.firstToken),
      firstTokenP95: percentile(0.95, measured.firstToken),
      totalP50: percentile(0.5, measured.total),
      totalP95: percentile(0.95, measured.total),
    })
    .from(measured)
  if (row === undefined) throw new Error('an aggregate returned no row')
  return row
}
