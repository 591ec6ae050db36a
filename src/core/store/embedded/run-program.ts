import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { createInterface } from 'node:readline'
import type { Launch } from './launch.ts'

/** One of PostgreSQL's programs and how it is to run. */
export interface Program {
  readonly path: string
  readonly options: readonly string[]
  readonly launch: Launch
  /** Searched by the loader before its own places. */
  readonly libraryFolders: readonly string[]
}

/** Starts a program of PostgreSQL; what it says comes on stderr. */
export function spawnProgram({ path, options, launch, libraryFolders }: Program): ChildProcess {
  const [command = path, ...rest] = [...launch.prefix, path, ...options]
  const isWindows = process.platform === 'win32'
  return spawn(command, rest, {
    env: environment(libraryFolders),
    // Our own folder may be closed to the user that the program runs as.
    ...(isWindows ? {} : { cwd: '/' }),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C in the terminal is for us, and PostgreSQL stops after the last turn is stored.
    detached: !isWindows,
    windowsHide: true,
    ...launch.account,
  })
}

/** Nothing of our own environment, which holds tokens; messages in English, because their first word is read. */
function environment(libraryFolders: readonly string[]): Record<string, string> {
  const libraryVariable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(libraryFolders.length === 0 ? {} : { [libraryVariable]: libraryFolders.join(delimiter) }),
  }
}

/** What a program said, line by line; `tail` keeps the last lines for an error. */
export function readLines(child: ChildProcess, onLine: (line: string) => void): { readonly tail: string[] } {
  const tail: string[] = []
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      tail.push(line)
      if (tail.length > 5) tail.shift()
      onLine(line)
    })
  }
  return { tail }
}

/** Runs a program to its end. @throws what it said last, when it fails or takes longer than `timeoutMs` */
export async function runProgram(
  program: Program,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  signal?.throwIfAborted()
  const child = spawnProgram(program)
  const { tail } = readLines(child, () => {})
  const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
  const kill = () => child.kill('SIGKILL')
  stop.addEventListener('abort', kill)
  try {
    const [code] = await once(child, 'close')
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(tail.join(' ') || `exit code ${code}`)
  } finally {
    stop.removeEventListener('abort', kill)
  }
}
