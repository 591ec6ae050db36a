import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

const execFileAsync = promisify(execFile)
const program = fileURLToPath(new URL('strip-main.ts', import.meta.url))
const timeoutMs = 30_000

/**
 * Strips the types of several modules in a process of its own: what does it is WebAssembly that would cost this one 20 MB
 * for as long as it runs, and that Node itself needs only until its compile cache is there.
 * @throws when a source is not TypeScript
 */
export async function stripApart(
  sources: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const options = { signal, timeout: timeoutMs, maxBuffer: 4_000_000 }
  const stripping = execFileAsync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program],
    options,
  )
  stripping.child.stdin?.end(JSON.stringify(Object.fromEntries(sources)))
  const { stdout } = await stripping
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(stdout))))
}
