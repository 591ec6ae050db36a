import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileInUseError } from './errors.ts'

const takeoverMs = 3_000
const sqliteBusy = 5

/**
 * Opens a file that this process alone may use until it closes or dies; `:memory:` for tests. After a restart the old
 * process may still be closing, so a taken file is tried for three seconds.
 * @throws FileInUseError
 */
export async function openSqliteFile(file: string): Promise<DatabaseSync> {
  const deadline = Date.now() + takeoverMs
  for (;;) {
    const db = openForOwner(file)
    try {
      takeForThisProcess(db)
      return db
    } catch (error) {
      db.close()
      if (!isBusy(error)) throw error
      if (Date.now() > deadline) throw new FileInUseError(file, { cause: error })
      await sleep(50)
    }
  }
}

/** What people said is in there: only the owner may read it. SQLite gives its log file the same rights. */
function openForOwner(file: string): DatabaseSync {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a', 0o600))
  }
  return new DatabaseSync(file)
}

/**
 * The exclusive lock belongs to the process and ends with it, however it dies. `synchronous = NORMAL` syncs at
 * checkpoints only: a commit survives the death of the process because the kernel has it, and a power cut may take the
 * last moments. The broker behind it promises no more (it syncs every two minutes), and a sync per message would cost
 * the 200 other people who are writing.
 */
function takeForThisProcess(db: DatabaseSync): void {
  db.exec('PRAGMA locking_mode = EXCLUSIVE')
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = NORMAL')
  db.exec('PRAGMA secure_delete = FAST')
  db.exec('BEGIN EXCLUSIVE; COMMIT')
}

/** After a deletion that must be one: what was deleted is in free pages and in the log until the file is written anew. */
export function overwriteFreePages(db: DatabaseSync): void {
  db.exec('VACUUM')
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
