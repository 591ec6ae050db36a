import type { DatabaseSync } from 'node:sqlite'

interface PendingWrite {
  /** Makes the change; what it returns tells the caller once the group is committed, or that it never will be. */
  readonly write: () => { readonly committed: () => void; readonly rolledBack: (error: unknown) => void }
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

  /**
   * Resolves with what `write` returned once it is committed. A write that throws concerns nobody else, so it must not
   * have changed anything by then: one statement, after all checks. `undo` is called if the commit fails.
   */
  run<T>(write: () => T, { undo = () => {} }: { undo?: (result: T) => unknown } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
        reject,
        write() {
          const result = write()
          const rolledBack = (error: unknown) => {
            undo(result)
            reject(error)
          }
          return { committed: () => resolve(result), rolledBack }
        },
      })
      if (this.#pending.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits now what is pending; for closing. */
  flush(): void {
    const group = this.#pending
    if (group.length === 0) return
    this.#pending = []
    const written: ReturnType<PendingWrite['write']>[] = []
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const { write, reject } of group) {
        try {
          written.push(write())
        } catch (error) {
          reject(error)
        }
      }
      this.#db.exec('COMMIT')
    } catch (error) {
      // A full disk may have rolled back already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      for (const { rolledBack } of written) rolledBack(error)
      if (written.length === 0) for (const { reject } of group) reject(error)
      return
    }
    for (const { committed } of written) committed()
  }
}
