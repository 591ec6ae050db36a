import pg from 'pg'
import type { Platform } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Ledger } from '../ledger.ts'

interface Row {
  readonly id: string
  readonly platform: Platform
  readonly platform_user_id: string
  readonly status: string
  readonly reply: string | null
  readonly finished_at: Date
}

/** Reads what was stored, with SQL of its own: the checker shares no code with the store. */
export class TurnTable implements AsyncDisposable {
  readonly #pool: pg.Pool

  constructor(databaseUrl: string) {
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
    // The server may be killed on purpose.
    this.#pool.on('error', () => {})
  }

  async countFinished(): Promise<number> {
    const { rows } = await this.#pool.query(
      'select count(*)::int as finished from turns where finished_at is not null',
    )
    return rows[0]?.finished ?? 0
  }

  /** When turns were finished, ascending. */
  async finishedTimes(): Promise<number[]> {
    const { rows } = await this.#pool.query<Pick<Row, 'finished_at'>>(
      'select finished_at from turns where finished_at is not null order by finished_at',
    )
    return rows.map((row) => row.finished_at.getTime())
  }

  /** One entry for each finished row. */
  async writeTo(ledger: Ledger): Promise<void> {
    const { rows } = await this.#pool.query<Row>(
      'select id, platform, platform_user_id, status, reply, finished_at from turns where finished_at is not null',
    )
    for (const { id: turnId, status, reply, finished_at: finishedAt, ...row } of rows) {
      const user = userKey({ platform: row.platform, platformUserId: row.platform_user_id })
      const text = reply ?? ''
      ledger.append({ type: 'stored', user, turnId, status, text, finishedAtMs: finishedAt.getTime() })
    }
  }

  /** Everything that is stored, in every column of every table, as one text. */
  async dump(): Promise<string> {
    const { rows: tables } = await this.#pool.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
    )
    const texts: string[] = []
    for (const { name } of tables) {
      const { rows } = await this.#pool.query<{ row: string }>(`select ${name}::text as row from ${name}`)
      texts.push(...rows.map(({ row }) => row))
    }
    return texts.join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }
}
