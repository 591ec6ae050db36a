import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'
import { type Program, readLines, spawnProgram } from './run-program.ts'
import { stopInSteps } from './stop.ts'

/** The main process of a PostgreSQL that accepts connections. */
export interface Postmaster {
  readonly pid: number
  /** Resolves with how it ended, when all its processes have. */
  readonly ended: Promise<string>
  /** Has everything written down and waits for the end; less and less gently when that takes long. False if it lives on. */
  stop(): Promise<boolean>
}

/** How long PostgreSQL may take until it accepts connections; repairing after a crash is part of it. */
const startTimeoutMs = 60_000

/** Starts PostgreSQL and waits until it accepts connections. @throws Error with what it said last */
export async function startPostmaster(
  program: Program,
  { logger, signal }: { logger: Logger; signal: AbortSignal | undefined },
): Promise<Postmaster> {
  signal?.throwIfAborted()
  const child = spawnProgram(program)
  const ended = endOf(child)
  const ready = Promise.withResolvers<void>()
  const { tail } = readLines(child, (line) => {
    logLine(line, logger)
    if (line.endsWith('database system is ready to accept connections')) ready.resolve()
  })
  const failed = ended.then((how) => Promise.reject(new Error(tail.join('; ') || how)))
  try {
    await Promise.race([ready.promise, failed, rejectOnAbort(startTimeoutMs, signal)])
  } catch (error) {
    await stopChild(child, ended)
    throw error
  }
  return { pid: child.pid ?? 0, ended, stop: () => stopChild(child, ended) }
}

/** `close` comes after `exit`, when no child of PostgreSQL holds its stderr any more: only then may another one start. */
function endOf(child: ChildProcess): Promise<string> {
  const interrupt = () => child.kill('SIGINT')
  process.once('exit', interrupt)
  return new Promise((resolve) => {
    const end = (how: string) => {
      process.off('exit', interrupt)
      resolve(how)
    }
    child.once('error', (error) => end(error.message))
    child.once('close', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`))
  })
}

function rejectOnAbort(timeoutMs: number, signal: AbortSignal | undefined): Promise<never> {
  const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
  return new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
  })
}

function stopChild(child: ChildProcess, ended: Promise<string>): Promise<boolean> {
  const hasEnded = ended.then(() => true)
  return stopInSteps(
    (signal) => child.kill(signal),
    (patienceMs) => Promise.race([hasEnded, sleep(patienceMs, false, { ref: false })]),
  )
}

/** FATAL is no more to PostgreSQL than the end of one connection; PANIC is its own. Values are kept out by its settings. */
function logLine(line: string, logger: Logger): void {
  if (line.startsWith('PANIC')) logger.error('embedded PostgreSQL broke down', { line })
  else logger.debug('embedded PostgreSQL says', { line })
}
