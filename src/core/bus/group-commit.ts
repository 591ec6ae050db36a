import type { DatabaseSync } from 'node:sqlite'

interface PendingWrite {
  readonly write: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Commits everything that was asked for within one turn of the event loop together: under load a commit then costs its
 * share of one transaction. A caller resumes when its write is committed.
 */
export class GroupCommit {
  readonly #db: DatabaseSync
  #pending: PendingWrite[] = []

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Resolves with what `write` returned once it is committed. */
  run<T>(write: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T
      this.#pending.push({
        write: () => {
          result = write()
        },
        resolve: () => resolve(result),
        reject,
      })
      if (this.#pending.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits now what is pending; for closing. */
  flush(): void {
    const group = this.#pending
    if (group.length === 0) return
    this.#pending = []
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const { write } of group) write()
      this.#db.exec('COMMIT')
    } catch (error) {
      // A full disk may have rolled back already; asking again is an error of its own and says nothing new.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      for (const { reject } of group) reject(error)
      return
    }
    for (const { resolve } of group) resolve()
  }
}
