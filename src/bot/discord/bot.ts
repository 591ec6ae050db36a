import { type Client, Events, RESTEvents } from 'discord.js'
import type { Bus } from '#core/bus/bus.ts'
import type { Persona } from '#core/chat/persona.ts'
import type { Transcriber } from '#core/inference/ports.ts'
import type { Database } from '#core/store/database.ts'
import type { DatabaseTarget } from '#core/store/store.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { sweepDeliveries } from './answers/delivery-sweep.ts'
import { Replies } from './answers/replies.ts'
import type { Bot, KnownQuestion } from './bot-context.ts'
import { createDiscordClient, type DiscordClient } from './client.ts'
import { registerCommands } from './command-registration.ts'
import { connect } from './gateway/connect.ts'
import { DiscordDisconnectedError, DiscordTokenError } from './gateway/errors.ts'
import { listen } from './gateway/events.ts'
import { inviteLink } from './gateway/intents.ts'
import { openSessionStore } from './gateway/session-store.ts'
import { GatewaySessions, type Identity } from './gateway/sessions.ts'
import { GuildRules } from './guild-rules.ts'
import { Lanes } from './lanes.ts'
import { Places } from './places.ts'
import { RateGate } from './rate-gate.ts'
import { RecentMap } from './recent-map.ts'
import { postSentences } from './rest/post-sentences.ts'
import { Tasks } from './tasks.ts'
import { respondToControl } from './voice/control.ts'
import { followConsents } from './voice/follow-consents.ts'
import { openBotVoice, type VoiceOptions } from './voice/open-bot-voice.ts'
import { takeUpCalls } from './voice/take-up-calls.ts'

export interface DiscordBotOptions {
  readonly token: string
  /** Another server than Discord's; the gateway's address comes from it. */
  readonly apiUrl?: string | undefined
  readonly bus: Bus
  /** `target` is how the media worker of calls reaches the same database. */
  readonly store: { readonly db: Database; readonly target?: DatabaseTarget }
  /** Who answers where nobody changed it. */
  readonly persona: Persona
  /** Tells whether the built-in demo answers; then the bot's status says so. The transcriber hears voice messages. */
  readonly inference?: {
    readonly chatModel: { readonly isDemo: boolean }
    readonly transcriber?: Transcriber | undefined
  }
  /** Without it there are no calls. */
  readonly voice?: VoiceOptions | undefined
  readonly logger: Logger
  /** Aborts the start. A bot that runs is stopped by disposing of it. */
  readonly signal: AbortSignal
  /** How long answers that are being shown may take to finish when the bot is stopped. */
  readonly drainMs?: number
}

export interface DiscordBot extends AsyncDisposable {
  /** Where an administrator invites the bot to a server. */
  readonly inviteUrl: string
  readonly identity: Identity
  /** Settles when Discord ends the connection for good, with the reason; never on an ordinary stop. */
  readonly failure: Promise<Error>
  /** The process that holds the sound of calls, while there is one. */
  readonly mediaWorkerPid: number | undefined
}

/**
 * Puts the companion on Discord: answers mentions, replies, direct messages and commands until it is disposed of.
 * @throws DiscordTokenError, DiscordUnreachableError
 */
export async function startDiscordBot(options: DiscordBotOptions): Promise<DiscordBot> {
  const { token, apiUrl, store, inference, logger, signal } = options
  const sessions = new GatewaySessions({ store: openSessionStore(store.db, token), logger })
  const discord = createDiscordClient({ apiUrl, isDemo: inference?.chatModel.isDemo ?? false, sessions })
  const running = new RunningBot({ ...options, discord, sessions })
  try {
    await connect({ client: discord.client, token, logger, signal })
    await running.begin()
    return running
  } catch (error) {
    await running[Symbol.asyncDispose]()
    throw error
  }
}

interface RunningBotParts extends DiscordBotOptions {
  readonly discord: DiscordClient
  readonly sessions: GatewaySessions
}

class RunningBot implements DiscordBot {
  readonly failure: Promise<Error>
  readonly #parts: RunningBotParts
  readonly #tasks: Tasks
  readonly #sweep: Tasks
  /** Aborted when what is still running must end where it stands. */
  readonly #closing = new AbortController()
  readonly #stopping = new AbortController()
  #bot: Bot | undefined

  constructor(parts: RunningBotParts) {
    const { discord, sessions, logger } = parts
    this.#parts = parts
    this.#tasks = new Tasks(logger)
    this.#sweep = new Tasks(logger)
    this.failure = watch(discord.client, logger)
    // Each further request with a token that is not accepted counts towards a ban of the address it comes from.
    void this.failure.then(() => this.#stopping.abort())
    listen({
      client: discord.client,
      sessions,
      tasks: this.#tasks,
      signal: this.#closing.signal,
      bot: () => this.#context(),
    })
  }

  get identity(): Identity {
    return this.#context().identity
  }

  get inviteUrl(): string {
    return inviteLink(this.identity.applicationId)
  }

  get mediaWorkerPid(): number | undefined {
    return this.#context().voice.calls?.workerPid
  }

  /** Once connected: tells Discord the commands and begins to deliver what waits. */
  async begin(): Promise<void> {
    const { db, rest, replies, logger, identity } = this.#context()
    const { applicationId } = identity
    await registerCommands({ rest, db, logger, applicationId }).catch((error: unknown) =>
      logger.error('the commands could not be registered; people see the old ones', { error }),
    )
    this.#tasks.run('calls of an earlier process', () => takeUpCalls(this.#context()))
    this.#sweep.run('voice control', () => respondToControl(this.#context(), this.#stopping.signal))
    this.#sweep.run('consents changed elsewhere', () =>
      followConsents(this.#context(), this.#stopping.signal),
    )
    const sweep = { db, replies, logger, signal: this.#stopping.signal }
    this.#sweep.run('delivery sweep', () => sweepDeliveries(sweep))
  }

  /** Takes nothing new, lets answers finish for a while, and leaves the session for the next process to resume. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { discord, sessions, drainMs = 8_000 } = this.#parts
    this.#stopping.abort()
    // While the gateway still takes it: people see us leave, and not a companion that has fallen silent.
    await this.#bot?.voice.calls?.[Symbol.asyncDispose]()
    await sessions.disconnect()
    await Promise.all([this.#tasks.drain(drainMs), this.#sweep.drain(drainMs)])
    this.#closing.abort()
    await this.#tasks.drain(1_000)
    await sessions.flush()
    await discord.client.destroy()
    discord.interactionRest.clearHandlerSweeper()
    discord.interactionRest.clearHashSweeper()
  }

  #context(): Bot {
    this.#bot ??= this.#createContext()
    return this.#bot
  }

  #createContext(): Bot {
    const { discord, sessions, bus, store, persona, inference, voice, logger } = this.#parts
    const { identity } = sessions
    if (identity === undefined) throw new Error('Discord did not say who we are')
    const { client, interactionRest } = discord
    const { rest } = client
    const { db } = store
    const signal = this.#closing.signal
    const tasks = this.#tasks
    const post = (channelId: string, text: string) => postSentences({ rest, logger }, channelId, text)
    const shared = { client, bus, db, persona, tasks, logger, post }
    const selfId = identity.userId
    return {
      identity,
      client,
      rest,
      interactionRest,
      bus,
      db,
      persona,
      logger,
      signal,
      replies: new Replies({ identity, rest, interactionRest, bus, db, tasks, logger, signal }),
      places: new Places(client, rest),
      rules: new GuildRules(db, logger),
      lanes: new Lanes(),
      questions: new RecentMap<string, KnownQuestion>(5_000),
      hints: new RateGate(),
      voice: openBotVoice({ ...shared, voice, database: store.target, selfId, sessions }),
      transcriber: inference?.transcriber,
      post,
    }
  }
}

/** The gateway's close code for a token that is not, or no longer, valid (topics/opcodes-and-status-codes.mdx). */
const authenticationFailed = 4_004
/** The bot's own requests get this only for their token; what carries an interaction's token goes another way. */
const unauthorized = 401

function watch(client: Client, logger: Logger): Promise<Error> {
  const failure = Promise.withResolvers<Error>()
  client.on(Events.Error, (error) => logger.warn('discord.js reports an error', { error }))
  client.on(Events.ShardError, (error, shardId) =>
    logger.warn('the gateway connection broke', { shardId, error }),
  )
  client.on(Events.ShardReconnecting, (shardId) => logger.debug('the gateway connection ended', { shardId }))
  client.rest.on(RESTEvents.Response, (_request, { status }) => {
    if (status === unauthorized) failure.resolve(new DiscordTokenError())
  })
  client.on(Events.ShardDisconnect, ({ code }, shardId) => {
    const error = code === authenticationFailed ? new DiscordTokenError() : new DiscordDisconnectedError(code)
    logger.error('Discord ended the connection for good', { shardId, error })
    failure.resolve(error)
  })
  return failure.promise
}
