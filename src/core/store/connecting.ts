import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConfig } from 'pg'
import { DatabaseSilentError } from './errors.ts'

export interface WaitLimits {
  /** Longest statement, and longest wait for a lock of another one; the server enforces it. */
  readonly statementTimeoutMs: number
  /** Longest silence of the server, longer than any statement: then the connection is dead. */
  readonly silenceTimeoutMs: number
}

/** What every connection of ours is given, so that nothing waits for ever at either end. */
export function connectionOptions(target: ClientConfig, limits: WaitLimits): ClientConfig {
  const { statementTimeoutMs, silenceTimeoutMs } = limits
  return {
    application_name: 'companions',
    connectionTimeoutMillis: 5_000,
    options: `-c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=${silenceTimeoutMs}`,
    stream: () => openSocket(silenceTimeoutMs),
    ...target,
  }
}

/** When the other machine is gone, TCP alone takes a quarter of an hour to tell. */
function openSocket(silenceTimeoutMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceTimeoutMs, () => socket.destroy(new DatabaseSilentError(silenceTimeoutMs)))
  return socket
}

/** Nobody there yet or any more, as the system and PostgreSQL say it; and names that a cluster's DNS does not know yet. */
const awayCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Starting up or shutting down; shut down by an administrator; crashed; out of connections.
  '57P03',
  '57P01',
  '57P02',
  '53300',
])

/** What the driver says without a code when the server hangs up during the greeting, or does not greet. */
const awayMessages = /^Connection terminated|^timeout expired/

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && awayCodes.has(error.code)) || awayMessages.test(error.message)
}

/**
 * Connects, trying again while the database is away: nothing was asked of it yet, so nothing can happen twice.
 * @throws what the last try said after `patienceMs`, anything else at once, or the signal's reason
 */
export async function connectPatiently<Connection>(
  connect: () => Promise<Connection>,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Connection> {
  const deadline = performance.now() + patienceMs
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 1_000)) {
    signal?.throwIfAborted()
    try {
      return await connect()
    } catch (error) {
      if (!isAway(error) || performance.now() + delayMs > deadline) throw error
      await sleep(delayMs, undefined, signal ? { signal } : {})
    }
  }
}
