import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { openSqliteFile } from '#core/bus/sqlite-file.ts'
import type { PersonId } from '#core/store/ids.ts'
import type { Session } from '#core/store/sessions.ts'

const maxRows = 50_000

const Row = z.object({ session: z.string() })

/**
 * Sessions that were looked up lately, in a file of this process, so that not every request asks PostgreSQL. Begins empty:
 * what ended while this process was away was not heard. Holds hashes of tokens, no tokens.
 */
export class SessionCache implements Disposable {
  readonly #db: DatabaseSync
  readonly #ttlMs: number

  private constructor(db: DatabaseSync, ttlMs: number) {
    this.#db = db
    this.#ttlMs = ttlMs
  }

  /** @throws FileInUseError when another process has this file */
  static async open(file: string, { ttlMs }: { readonly ttlMs: number }): Promise<SessionCache> {
    const db = await openSqliteFile(file)
    db.exec(`drop table if exists sessions;
      create table sessions (token_hash text primary key, id text not null, session text not null, at integer not null);
      create index sessions_id on sessions (id); create index sessions_at on sessions (at)`)
    return new SessionCache(db, ttlMs)
  }

  find(tokenHash: string, now: number): Session | undefined {
    const row = this.#db
      .prepare('select session from sessions where token_hash = ? and at > ?')
      .get(tokenHash, now - this.#ttlMs)
    const parsed = Row.safeParse(row)
    return parsed.success ? JSON.parse(parsed.data.session) : undefined
  }

  /** Drops what is too old to be used, and above 50,000 the oldest. */
  keep(tokenHash: string, session: Session, now: number): void {
    this.#db
      .prepare('insert or replace into sessions (token_hash, id, session, at) values (?, ?, ?, ?)')
      .run(tokenHash, session.id, JSON.stringify(session), now)
    this.#db.prepare('delete from sessions where at <= ?').run(now - this.#ttlMs)
    this.#db
      .prepare(
        'delete from sessions where rowid in (select rowid from sessions order by at desc limit -1 offset ?)',
      )
      .run(maxRows)
  }

  drop(ids: readonly string[]): void {
    const statement = this.#db.prepare('delete from sessions where id = ?')
    for (const id of ids) statement.run(id)
  }

  /** What is shown of a person changed. */
  dropPerson(personId: PersonId): void {
    this.#db.prepare(`delete from sessions where session ->> 'personId' = ?`).run(personId)
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }
}
