import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { BusMessage, WorkItem } from './bus.ts'
import { deadLetterHeaders } from './dead-letter.ts'
import type { Erasure } from './erasure.ts'
import { GroupCommit } from './group-commit.ts'
import { openSqliteFile, overwriteFreePages } from './sqlite-file.ts'

/** As long as JetStream's duplicate window on the other bus. */
const duplicateWindowMs = 120_000
const keptDeadLetters = 10_000

const schema = `
  CREATE TABLE IF NOT EXISTS work (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    headers TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    enqueued_at INTEGER NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS work_by_age ON work (enqueued_at) WHERE is_done = 1;
  CREATE TABLE IF NOT EXISTS dead (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    what TEXT NOT NULL,
    body BLOB NOT NULL,
    headers TEXT NOT NULL
  ) STRICT`

const headersColumn = z.string().transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json)))

const Row = z.object({
  sequence: z.number(),
  subject: z.string(),
  body: z.instanceof(Uint8Array),
  headers: headersColumn,
  tries: z.number(),
})
export type WorkRow = z.infer<typeof Row>

const DeadRow = z.object({
  key: z.number(),
  what: z.string(),
  body: z.instanceof(Uint8Array),
  headers: headersColumn,
})

const Unfinished = z.object({ sequence: z.number(), subject: z.string() })
export type Unfinished = z.infer<typeof Unfinished>

/** The work queue of a single process on disk. What was not finished when the process died is there at the next start. */
export class WorkTable implements Disposable {
  readonly #db: DatabaseSync
  readonly #commits: GroupCommit
  readonly #statements: ReturnType<typeof prepareStatements>

  /** @throws FileInUseError */
  static async open(file: string): Promise<WorkTable> {
    return new WorkTable(await openSqliteFile(file))
  }

  constructor(db: DatabaseSync) {
    db.exec(schema)
    this.#db = db
    this.#commits = new GroupCommit(db)
    this.#statements = prepareStatements(db)
  }

  unfinished(): Unfinished[] {
    return Unfinished.array().parse(this.#statements.unfinished.all())
  }

  /**
   * The sequence once committed; undefined when the id was seen within the last two minutes. `admit` may refuse the item
   * by throwing; what it counted is to be taken back by `undo` if the commit fails.
   */
  async add(
    item: WorkItem,
    { admit, undo }: { admit: () => void; undo: () => void },
  ): Promise<number | undefined> {
    const insert = () => this.#insertNew(item, admit)
    return await this.#commits.run(insert, { undo: (sequence) => sequence !== undefined && undo() })
  }

  /**
   * Counts one more try, on disk before it happens, so that a try that kills the process is counted too. Undefined for an
   * item that was erased.
   */
  async begin(sequence: number): Promise<WorkRow | undefined> {
    return Row.optional().parse(await this.#commits.run(() => this.#statements.begin.get(sequence)))
  }

  /** Only the id stays, for as long as it deduplicates. */
  async finish(sequence: number): Promise<void> {
    await this.#commits.run(() => this.#statements.finish.run(sequence))
  }

  async putAside(what: string, message: BusMessage, reason: string): Promise<void> {
    const headers = JSON.stringify(deadLetterHeaders(message, reason))
    await this.#commits.run(() => {
      const { lastInsertRowid } = this.#statements.bury.run(what, message.body, headers)
      this.#statements.forgetDead.run(Number(lastInsertRowid) - keptDeadLetters)
    })
  }

  /** Leaves no trace of the items of these subjects, nor of the dead letters that are meant, also not in free pages. */
  erase({ work, isMeant }: Erasure): void {
    this.#commits.flush()
    for (const subject of work) this.#statements.eraseWork.run(subject)
    for (const row of this.#statements.dead.all()) {
      const { key, what, body, headers } = DeadRow.parse(row)
      if (isMeant({ subject: `ai.dead.${what}`, body, headers })) this.#statements.eraseDead.run(key)
    }
    overwriteFreePages(this.#db)
  }

  #insertNew({ id, subject, body, headers = {} }: WorkItem, admit: () => void): number | undefined {
    const now = Date.now()
    this.#statements.forgetDone.run(now - duplicateWindowMs)
    if (this.#statements.find.get(id)) return undefined
    admit()
    return Number(
      this.#statements.insert.run(id, subject, body, JSON.stringify(headers), now).lastInsertRowid,
    )
  }

  [Symbol.dispose](): void {
    this.#commits.flush()
    this.#db.close()
  }
}

function prepareStatements(db: DatabaseSync) {
  return {
    unfinished: db.prepare('SELECT sequence, subject FROM work WHERE is_done = 0 ORDER BY sequence'),
    forgetDone: db.prepare('DELETE FROM work WHERE is_done = 1 AND enqueued_at < ?'),
    find: db.prepare('SELECT 1 FROM work WHERE id = ?'),
    insert: db.prepare('INSERT INTO work (id, subject, body, headers, enqueued_at) VALUES (?, ?, ?, ?, ?)'),
    begin: db.prepare(
      'UPDATE work SET tries = tries + 1 WHERE sequence = ? RETURNING sequence, subject, body, headers, tries',
    ),
    finish: db.prepare("UPDATE work SET is_done = 1, body = x'', headers = '{}' WHERE sequence = ?"),
    bury: db.prepare('INSERT INTO dead (what, body, headers) VALUES (?, ?, ?)'),
    forgetDead: db.prepare('DELETE FROM dead WHERE key <= ?'),
    dead: db.prepare('SELECT key, what, body, headers FROM dead'),
    eraseDead: db.prepare('DELETE FROM dead WHERE key = ?'),
    eraseWork: db.prepare('DELETE FROM work WHERE subject = ?'),
  }
}
