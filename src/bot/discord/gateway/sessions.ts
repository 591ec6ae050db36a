import type { WebSocketOptions } from 'discord.js'
import { z } from 'zod'
import type { Logger } from '#core/telemetry/logger.ts'
import { within } from '../within.ts'

const Session = z.object({
  sessionId: z.string(),
  resumeURL: z.string(),
  sequence: z.number().int(),
  shardId: z.number().int(),
  shardCount: z.number().int(),
})
type Session = z.infer<typeof Session>

/** Who we are; only a new session is told by Discord. */
export const Identity = z.object({ userId: z.string(), applicationId: z.string() })
export type Identity = z.infer<typeof Identity>

const StoredSession = z.object({ session: Session, identity: Identity, savedAt: z.number() })

/** Where sessions outlive the process, by the shard's id. */
export interface SessionStore {
  load(shardId: number): Promise<unknown>
  save(shardId: number, value: z.infer<typeof StoredSession>): Promise<void>
}

export interface GatewaySessionsOptions {
  readonly store: SessionStore
  readonly logger: Logger
}

type GatewayManager = Parameters<NonNullable<WebSocketOptions['buildStrategy']>>[0]

interface Shard {
  session: Session | null
  hasLooked: boolean
  /** Sequence numbers of events that are being handled, in the order they came. */
  readonly open: Set<number>
  savedSequence: number | undefined
  savedAt: number
  lastCloseCode: number | undefined
  lostInARow: number
}

/** Discord forgets a session some minutes after its connection was lost. */
const maxAgeMs = 5 * 60_000
/** Saved also without events, so that the age of what is stored tells how long we have been gone. */
const refreshAfterMs = 60_000
const saveEveryMs = 1_000
const deadlineMs = 2_000
/** The connection broke without a goodbye (RFC 6455, section 7.1.5). */
const abnormalClosure = 1006
/** discord.js tries twice a second; after half a minute the address to resume at may be what is wrong. */
const maxLostInARow = 60
/** Any code but 1000 and 1001 leaves the session alive (developers/events/gateway.mdx, "Initiating a Disconnect"). */
const resumableClosure = 4_200

const ShardEvent = z.object({ shardId: z.number(), code: z.number().optional() })

/**
 * Keeps gateway sessions so that nothing said while we are away is lost: Discord replays it when a session is resumed.
 * discord.js does so within a process, with two gaps that this closes. It gives a session up when the network resets the
 * connection, and it knows nothing of the sessions of an earlier process. What is stored is the sequence up to which every
 * event was handled to its end; what Discord repeats after a crash is recognised by its turn id.
 */
export class GatewaySessions {
  identity: Identity | undefined
  readonly #options: GatewaySessionsOptions
  readonly #shards = new Map<number, Shard>()
  #manager: GatewayManager | undefined
  #isClosing = false
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> | undefined

  constructor(options: GatewaySessionsOptions) {
    this.#options = options
  }

  /** Comes between discord.js and the gateway package that it wraps; for the `ws.buildStrategy` option. */
  attach(manager: GatewayManager): void {
    this.#manager = manager
    const { retrieveSessionInfo, updateSessionInfo } = manager.options
    manager.options.retrieveSessionInfo = async (shardId) => {
      const known = (await retrieveSessionInfo(shardId)) ?? (await this.#restore(shardId))
      // discord.js reads a copy of its own when the session is resumed.
      if (known) await updateSessionInfo(shardId, known)
      return known
    }
    manager.options.updateSessionInfo = async (shardId, session) => {
      if (session === null && this.#survives(shardId)) return
      this.#shard(shardId).session = session
      await updateSessionInfo(shardId, session)
    }
    manager.on('closed', (event: unknown) => this.#noteClosed(ShardEvent.parse(event)))
    manager.on('hello', (event: unknown) => this.#noteHello(ShardEvent.parse(event)))
    this.#timer = setInterval(() => void this.#saveSoon(), saveEveryMs).unref()
  }

  /** Call when an event comes in, and the result when all that follows from it is safe. */
  begin(shardId: number, sequence: number): () => void {
    const { open } = this.#shard(shardId)
    open.add(sequence)
    return () => open.delete(sequence)
  }

  /** Sends a command to the gateway; one that is not up yet gets it when it is. @throws when there is no such connection */
  async send(shardId: number, payload: Parameters<GatewayManager['send']>[1]): Promise<void> {
    await this.#manager?.send(shardId, payload)
  }

  /** Leaves the gateway in a way that lets the next process resume: no event comes after this. */
  async disconnect(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#timer)
    await this.#manager?.destroy({ code: resumableClosure, reason: 'stopping' })
  }

  /** Saves what is not saved yet. */
  async flush(): Promise<void> {
    await this.#saving
    await this.#saveSoon()
  }

  #shard(shardId: number): Shard {
    const known = this.#shards.get(shardId)
    if (known) return known
    const shard: Shard = {
      session: null,
      hasLooked: false,
      open: new Set(),
      savedSequence: undefined,
      savedAt: 0,
      lastCloseCode: undefined,
      lostInARow: 0,
    }
    this.#shards.set(shardId, shard)
    return shard
  }

  /** Looks once, at the start; later a missing session is one that Discord ended. */
  async #restore(shardId: number): Promise<Session | null> {
    const shard = this.#shard(shardId)
    if (shard.hasLooked) return null
    shard.hasLooked = true
    const stored = StoredSession.safeParse(await this.#load(shardId))
    if (!stored.success || Date.now() - stored.data.savedAt > maxAgeMs) return null
    this.identity = stored.data.identity
    shard.session = stored.data.session
    return shard.session
  }

  async #load(shardId: number): Promise<unknown> {
    try {
      return await within(deadlineMs, 'reading the session', this.#options.store.load(shardId))
    } catch (error) {
      this.#options.logger.warn('the gateway session could not be read; a new one begins', { shardId, error })
      return undefined
    }
  }

  #survives(shardId: number): boolean {
    if (this.#isClosing) return true
    const shard = this.#shard(shardId)
    return shard.lastCloseCode === abnormalClosure && ++shard.lostInARow <= maxLostInARow
  }

  #noteClosed({ shardId, code }: z.infer<typeof ShardEvent>): void {
    this.#shard(shardId).lastCloseCode = code
  }

  #noteHello({ shardId }: z.infer<typeof ShardEvent>): void {
    Object.assign(this.#shard(shardId), { lastCloseCode: undefined, lostInARow: 0 })
  }

  /** One round of saving at a time; a slow database skips rounds and loses nothing. */
  #saveSoon(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined
    })
    return this.#saving
  }

  async #saveAll(): Promise<void> {
    for (const [shardId, shard] of this.#shards) {
      try {
        await this.#save(shardId, shard)
      } catch (error) {
        this.#options.logger.warn('the gateway session could not be saved', { shardId, error })
      }
    }
  }

  async #save(shardId: number, shard: Shard): Promise<void> {
    const { session, open } = shard
    if (session === null || this.identity === undefined) return
    const [firstOpen] = open
    const sequence = firstOpen === undefined ? session.sequence : Math.min(firstOpen - 1, session.sequence)
    const savedAt = Date.now()
    if (sequence === shard.savedSequence && savedAt - shard.savedAt < refreshAfterMs) return
    const stored = { session: { ...session, sequence }, identity: this.identity, savedAt }
    await within(deadlineMs, 'saving the session', this.#options.store.save(shardId, stored))
    Object.assign(shard, { savedSequence: sequence, savedAt })
  }
}
