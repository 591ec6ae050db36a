import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, Routes } from 'discord.js'
import type { Logger } from '#core/telemetry/logger.ts'
import { isUnauthorized } from '../rest/faults.ts'
import { DiscordTokenError, DiscordUnreachableError } from './errors.ts'

export interface ConnectOptions {
  readonly client: Client
  readonly token: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How long to try to reach Discord at all. */
  readonly patienceMs?: number
}

/**
 * Logs in; resolves when every shard is connected.
 * @throws DiscordTokenError, DiscordUnreachableError, the signal's reason
 */
export async function connect(options: ConnectOptions): Promise<void> {
  const { client, token, signal } = options
  await reachDiscord(options)
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([client.login(token), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** A client whose login failed is of no more use, so the way there is tried first. */
async function reachDiscord({
  client,
  token,
  logger,
  signal,
  patienceMs = 30_000,
}: ConnectOptions): Promise<void> {
  const deadline = performance.now() + patienceMs
  client.rest.setToken(token)
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 8_000)) {
    signal.throwIfAborted()
    try {
      await client.rest.get(Routes.gatewayBot())
      return
    } catch (error) {
      if (isUnauthorized(error)) throw new DiscordTokenError({ cause: error })
      if (performance.now() + waitMs > deadline)
        throw new DiscordUnreachableError(client.rest.options.api, { cause: error })
      logger.warn('Discord does not answer yet; trying again', { error })
    }
    await sleep(waitMs, undefined, { signal })
  }
}
