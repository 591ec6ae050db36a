import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileName = 'session-secret'

/** The secret given, or the one in `dataDir`, made at the first start and readable by its owner only. */
export async function openSessionSecret(given: string | undefined, dataDir: string): Promise<string> {
  if (given !== undefined) return given
  const file = join(dataDir, fileName)
  const made = randomBytes(32).toString('hex')
  try {
    // `wx`: of two processes that start at once, one makes it and the other reads it.
    await using handle = await open(file, 'wx', 0o600)
    await handle.writeFile(made)
    await handle.sync()
    return made
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await readFile(file, 'utf8')).trim()
  }
}
