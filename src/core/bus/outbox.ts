import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { z } from 'zod'
import type { WorkItem } from './bus.ts'
import { OutboxFullError } from './errors.ts'
import { GroupCommit } from './group-commit.ts'
import { Lanes } from './lanes.ts'
import { openSqliteFile, overwriteFreePages } from './sqlite-file.ts'

export interface OutboxOptions {
  readonly file: string
  /** Beyond, `add` refuses: 10,000 items or 64 MiB of bodies unless told otherwise. */
  readonly maxItems?: number
  readonly maxBytes?: number
}

const schema = `
  CREATE TABLE IF NOT EXISTS outbox (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    headers TEXT NOT NULL,
    may_wait INTEGER NOT NULL
  ) STRICT`

const Row = z.object({
  id: z.string(),
  subject: z.string(),
  body: z.instanceof(Uint8Array),
  headers: z.string().transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json))),
  may_wait: z.number(),
})

const Key = z.object({ key: z.number() })

/** Work on its way to the broker, on disk from the moment it was accepted until the broker has confirmed it. */
export class Outbox implements Disposable {
  /** Keys of what waits here, in order per subject. */
  readonly lanes = new Lanes()
  readonly #db: DatabaseSync
  readonly #commits: GroupCommit
  readonly #limits: { readonly items: number; readonly bytes: number }
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #delete: StatementSync
  readonly #deleteAll: StatementSync
  readonly #perSubject = new Map<string, number>()
  #items = 0
  #bytes = 0

  /** @throws FileInUseError when another process has it: two would send each item twice. */
  static async open({ file, maxItems = 10_000, maxBytes = 64 * 1_048_576 }: OutboxOptions): Promise<Outbox> {
    return new Outbox(await openSqliteFile(file), { items: maxItems, bytes: maxBytes })
  }

  constructor(db: DatabaseSync, limits: { items: number; bytes: number }) {
    db.exec(schema)
    this.#db = db
    this.#limits = limits
    this.#commits = new GroupCommit(db)
    this.#find = db.prepare('SELECT key FROM outbox WHERE id = ?')
    this.#insert = db.prepare(
      'INSERT INTO outbox (id, subject, body, headers, may_wait) VALUES (?, ?, ?, ?, ?)',
    )
    this.#select = db.prepare('SELECT id, subject, body, headers, may_wait FROM outbox WHERE key = ?')
    this.#delete = db.prepare('DELETE FROM outbox WHERE key = ?')
    this.#deleteAll = db.prepare(
      'DELETE FROM outbox WHERE subject = ? RETURNING id, subject, body, headers, may_wait',
    )
    this.#loadWaiting()
  }

  get size(): number {
    return this.#items
  }

  /** How many items of the subject wait here. */
  depth(subject: string): number {
    return this.#perSubject.get(subject) ?? 0
  }

  /**
   * Resolves once the item is committed, or at once when its id waits here already. `admit` may refuse it by throwing.
   * @throws OutboxFullError
   */
  async add(
    item: WorkItem,
    admit: () => void = () => {},
  ): Promise<{ readonly key: number; readonly isNew: boolean }> {
    const entry = await this.#commits.run(() => this.#insertNew(item, admit), {
      undo: ({ isNew }) => isNew && this.#count(item, -1),
    })
    if (entry.isNew) this.lanes.add(item.subject, entry.key)
    return entry
  }

  /** Undefined for an item that was erased. */
  read(key: number): WorkItem | undefined {
    const row = Row.optional().parse(this.#select.get(key))
    if (row === undefined) return undefined
    const { may_wait, ...item } = row
    return { ...item, whenFull: may_wait === 1 ? 'wait' : 'refuse' }
  }

  /** Forgets an item that the broker has, or that was refused. */
  async remove(key: number, item: WorkItem): Promise<void> {
    const { changes } = await this.#commits.run(() => this.#delete.run(key))
    // It may have been erased meanwhile.
    if (changes > 0) this.#count(item, -1)
  }

  /** Leaves no trace of the items of these subjects, also not in free pages; what is on its way arrives. */
  erase(subjects: readonly string[]): void {
    this.#commits.flush()
    for (const subject of subjects)
      for (const row of this.#deleteAll.all(subject)) this.#count(Row.parse(row), -1)
    overwriteFreePages(this.#db)
  }

  [Symbol.dispose](): void {
    this.#commits.flush()
    this.#db.close()
  }

  #insertNew(item: WorkItem, admit: () => void): { key: number; isNew: boolean } {
    const waiting = this.#find.get(item.id)
    if (waiting) return { key: Key.parse(waiting).key, isNew: false }
    this.#checkRoom(item)
    admit()
    const { id, subject, body, headers = {}, whenFull } = item
    const mayWait = whenFull === 'wait' ? 1 : 0
    const { lastInsertRowid } = this.#insert.run(id, subject, body, JSON.stringify(headers), mayWait)
    this.#count(item, 1)
    return { key: Number(lastInsertRowid), isNew: true }
  }

  #checkRoom({ body }: WorkItem): void {
    if (this.#items >= this.#limits.items || this.#bytes + body.byteLength > this.#limits.bytes)
      throw new OutboxFullError(this.#items)
  }

  #count(item: Pick<WorkItem, 'subject' | 'body'>, sign: 1 | -1): void {
    this.#items += sign
    this.#bytes += sign * item.body.byteLength
    const depth = this.depth(item.subject) + sign
    if (depth === 0) this.#perSubject.delete(item.subject)
    else this.#perSubject.set(item.subject, depth)
  }

  #loadWaiting(): void {
    for (const row of this.#db.prepare('SELECT key FROM outbox ORDER BY key').iterate()) {
      const { key } = Key.parse(row)
      const item = this.read(key)
      if (item === undefined) continue
      this.#count(item, 1)
      this.lanes.add(item.subject, key)
    }
  }
}
