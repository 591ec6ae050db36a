import { type ChildProcess, spawn } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called with each line of stdout and stderr. */
  readonly onLine?: (line: string) => void
  /** Opens a channel for `process.send`. */
  readonly onMessage?: (message: unknown) => void
}

export interface SpawnedProcess extends AsyncDisposable {
  readonly pid: number
  readonly isRunning: boolean
  readonly exited: Promise<void>
  /** Resolves with the first line, also an earlier one, that matches. Rejects at the deadline or when the process ends. */
  waitForLine(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray>
  /** Resolves with the first message, also an earlier one, that the guard accepts. */
  waitForMessage<T>(isWanted: (message: unknown) => message is T, deadlineMs: number): Promise<T>
  send(message: unknown): void
  /** Signals this process alone, by its id, and waits until it is gone; SIGKILL follows after `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>
}

export class ProcessFailedError extends Error {
  override readonly name = 'ProcessFailedError'
}

const keptLines = 200

/** Starts a program and keeps its last lines, so that a failure can be told. */
export function spawnProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): SpawnedProcess {
  const { env = {}, cwd } = options
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...plainEnvironment(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  return watch(child, options)
}

/** Starts one of our TypeScript entry points under this very Node. */
export function spawnNode(
  script: string,
  args: readonly string[],
  options: SpawnOptions & { flags?: readonly string[] } = {},
) {
  const flags = ['--disable-warning=ExperimentalWarning', ...(options.flags ?? [])]
  return spawnProcess(process.execPath, [...flags, script, ...args], options)
}

/** Settings of the machine that runs the tests must not reach the processes under test. */
function plainEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ']
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

function watch(child: ChildProcess, { onLine, onMessage }: SpawnOptions): SpawnedProcess {
  const lines: string[] = []
  const messages: unknown[] = []
  const news = new EventTarget()
  // As many wait for an answer as there are calls under way.
  setMaxListeners(0, news)
  const announce = () => void news.dispatchEvent(new Event('news'))
  const exited = once(child, 'exit')
    .catch(() => undefined)
    .then(announce)
  child.on('error', announce)
  child.on('message', (message) => {
    messages.push(message)
    onMessage?.(message)
    announce()
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      onLine?.(line)
      announce()
    })
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined

  const lookFor = async <T>(look: () => T | undefined, what: string, deadlineMs: number): Promise<T> => {
    const deadline = AbortSignal.timeout(deadlineMs)
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      const why = deadline.aborted
        ? `did not ${what} within ${deadlineMs} ms`
        : isRunning()
          ? undefined
          : `ended (${child.exitCode ?? child.signalCode})`
      if (why)
        throw new ProcessFailedError(`${child.spawnargs.join(' ')} ${why}:\n${lines.slice(-30).join('\n')}`)
      await nextNews(news, deadline)
    }
  }

  const stop = async (signal: NodeJS.Signals = 'SIGKILL', graceMs = 10_000) => {
    if (!isRunning()) return
    child.kill(signal)
    const isLate = await Promise.race([exited.then(() => false), wait(graceMs, true, { ref: false })])
    if (isLate) child.kill('SIGKILL')
    await exited
  }

  return {
    pid: child.pid ?? 0,
    get isRunning() {
      return isRunning()
    },
    exited,
    waitForLine: (pattern, deadlineMs) =>
      lookFor(() => firstMatch(lines, pattern), `print ${pattern}`, deadlineMs),
    waitForMessage: (isWanted, deadlineMs) =>
      lookFor(() => messages.find(isWanted), 'send what was expected', deadlineMs),
    send: (message) => child.connected && child.send(message as object),
    stop,
    [Symbol.asyncDispose]: () => stop('SIGTERM'),
  }
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line)
    if (match) return match
  }
  return undefined
}

async function nextNews(news: EventTarget, deadline: AbortSignal): Promise<void> {
  await once(news, 'news', { signal: deadline }).catch(() => undefined)
}
