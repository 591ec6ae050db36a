import { runChatWorker } from '#core/chat/worker.ts'
import { type Config, hasSignIn } from '#core/config.ts'
import { openSessionSecret } from '#core/secrets/session-secret.ts'
import { createLogger, type Logger } from '#core/telemetry/logger.ts'
import packageJson from '../package.json' with { type: 'json' }
import { type Connections, openConnections } from './connections.ts'
import type { Role } from './roles.ts'

/** Concurrent turns of one worker; each is mostly waiting for the model. */
const concurrentTurns = 256

/**
 * Runs one role until the signal aborts, then drains: input stops, turns finish or are handed back, connections close.
 * @returns the exit code
 */
export async function runRole(role: Role, config: Config, stop: AbortSignal): Promise<number> {
  const level = config.logLevel ?? (role === 'all' ? 'warn' : 'info')
  const logger = createLogger({ level, fields: { role } })
  const closing = new AsyncDisposableStack()
  const failing = new AbortController()
  const signal = AbortSignal.any([stop, failing.signal])
  try {
    const connections = await openConnections({ role, config, logger, version: packageJson.version, closing })
    const { ended } = await startRoles(role, config, { connections, logger, signal, closing })
    await Promise.race([ended, aborted(signal)])
    logger.info('draining')
    return 0
  } catch (error) {
    // What has started already runs until it is told to stop.
    failing.abort(error)
    return explainFailure(error, logger)
  } finally {
    await closing.disposeAsync()
  }
}

interface RoleContext {
  readonly connections: Connections
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly closing: AsyncDisposableStack
}

/** Resolves when all listen; what runs on is in `ended`, which rejects when a role fails on the way. */
async function startRoles(
  role: Role,
  config: Config,
  context: RoleContext,
): Promise<{ ended: Promise<void> }> {
  const has = (part: Role) => role === part || role === 'all'
  const worked = has('worker') ? startWorker(context) : aborted(context.signal)
  const [, bots] = await Promise.all([
    has('web') && startWebSide(config, context),
    has('bot') && startBots(role, config, context),
  ])
  return { ended: Promise.race([worked, bots ? bots.ended : never]) }
}

const never = new Promise<never>(() => {})

/** Awaited after web and bot are closed, so that what they still accepted is worked on or kept. */
function startWorker({ connections, logger, signal, closing }: RoleContext): Promise<void> {
  const running = runChatWorker({ ...connections, logger, signal, concurrency: concurrentTurns })
  closing.defer(() => running)
  return running
}

/** Imported on demand: a bot need not hold the web side's code, nor the other way round. */
async function startWebSide(
  config: Config,
  { connections, logger, signal, closing }: RoleContext,
): Promise<void> {
  const { startWeb } = await import('#web/start-web.ts')
  const { store, bus, persona, inference } = connections
  const web = await startWeb({
    ...config.web,
    dataDir: config.dataDir,
    signIn: await signInOf(config),
    bus,
    store,
    persona,
    inference,
    logger,
    signal,
  })
  closing.use(web)
  announce(`${persona.name} is at ${web.url}`)
}

/** Undefined where nobody signs in: then whoever sits at this machine is the owner. */
async function signInOf(config: Config) {
  if (!hasSignIn(config)) return undefined
  const { signIn: providers, authentikProxy: proxy, adminIdentities, sessionSecret, dataDir } = config
  return { providers, proxy, adminIdentities, secret: await openSessionSecret(sessionSecret, dataDir) }
}

/** The promise inside rejects when the bot cannot go on, unless other roles of this process still can. */
async function startBots(
  role: Role,
  { discord, inference, logLevel, otlpEndpoint }: Config,
  context: RoleContext,
): Promise<{ ended: Promise<never> }> {
  if (discord === undefined) {
    if (role === 'bot') throw new Error('The bot has no platform to sit on: set DISCORD_TOKEN.')
    return { ended: never }
  }
  const { connections, logger, signal, closing } = context
  const { startDiscordBot } = await import('#bot/discord/bot.ts')
  const voice = { inference, version: packageJson.version, logLevel, otlpEndpoint }
  const bot = await startDiscordBot({ ...discord, ...connections, voice, logger, signal })
  closing.use(bot)
  announce(`${connections.persona.name} is on Discord; invite it with ${bot.inviteUrl}`)
  const ended = bot.failure.then((error): Promise<never> => {
    if (role === 'bot') throw error
    process.stderr.write(`${error.message}\n`)
    return never
  })
  return { ended }
}

/** The one line that a person at the terminal is waiting for; everything else is the log's. */
function announce(line: string): void {
  process.stdout.write(`${line}\n`)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** What stops a start is mostly a setting or a service; its message says which, the stack is for the log. */
function explainFailure(error: unknown, logger: Logger): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  logger.debug('could not start', { error })
  return 1
}
