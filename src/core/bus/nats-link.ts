import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Msg, type NatsConnection, type Status } from '@nats-io/transport-node'
import type { Logger } from '#core/telemetry/logger.ts'
import { BusUnavailableError } from './errors.ts'
import { readNatsAddress } from './nats-address.ts'
import { settlesWithin } from './within.ts'

export interface NatsLinkOptions {
  readonly url: string
  readonly logger: Logger
  /** Half of the longest time in which a half-open link is noticed: 10 s unless told otherwise. */
  readonly pingIntervalMs?: number | undefined
  /** The least time between two attempts to connect; up to as much again is added, so that many do not come at once. */
  readonly reconnectMs?: number | undefined
  /** Makes the broker ready for use, after every (re)connect. What it rejects with is tried again, and logged. */
  readonly prepare: (nc: NatsConnection) => Promise<void>
}

export interface SubscribeOptions {
  readonly queue?: string
  readonly onMessage: (message: Msg) => void
}

interface Subscription extends SubscribeOptions {
  readonly subject: string
  unsubscribe: () => void
}

const dialTimeoutMs = 5_000
const lastWordsMs = 1_000

/**
 * One connection to NATS that is never given up: it may begin while the broker is away, and every return of the broker
 * is prepared before anything is entrusted to it. (The client's own defaults give up after twenty seconds.)
 */
export class NatsLink implements AsyncDisposable {
  readonly #options: NatsLinkOptions
  readonly #reconnectMs: number
  readonly #closing = new AbortController()
  readonly #subscriptions = new Set<Subscription>()
  readonly #readyListeners = new Set<() => void>()
  readonly #running: Promise<void>
  readonly #firstAttempt = Promise.withResolvers<void>()
  readonly #waiting = new Set<(error: Error) => void>()
  #nc: NatsConnection | undefined
  #isLive = false
  #connections = 0
  #epoch = 0
  #isReady = false
  #preparing: Promise<void> | undefined
  #prepareFault: unknown
  #lastFault: string | undefined

  constructor(options: NatsLinkOptions) {
    this.#options = options
    this.#reconnectMs = options.reconnectMs ?? 500
    this.#running = this.#run()
  }

  get isReady(): boolean {
    return this.#isReady && this.#nc?.isClosed() === false
  }

  /** How often the broker was made ready. A broker that went and came back may have forgotten what it said before. */
  get epoch(): number {
    return this.#epoch
  }

  /** Resolves when the broker was there for the first time and was made ready, or could not be: see `prepareFault`. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise
  }

  /** Why the broker could not be made ready the last time, if so. */
  get prepareFault(): unknown {
    return this.#prepareFault
  }

  /** The connection, with everything prepared. @throws BusUnavailableError */
  get nc(): NatsConnection {
    if (!this.#nc || !this.isReady) throw new BusUnavailableError({ cause: this.#prepareFault })
    return this.#nc
  }

  /** The connection for what needs no preparation, while there is one. */
  get liveNc(): NatsConnection | undefined {
    return this.#isLive && this.#nc?.isClosed() === false ? this.#nc : undefined
  }

  /** Calls back now if the broker is ready, and whenever it is so again. Returns how to stop that. */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener)
    if (this.#isReady) listener()
    return () => this.#readyListeners.delete(listener)
  }

  /** Something the broker should have is missing: it is made ready once more before anything else is sent. */
  repair(): void {
    this.#isReady = false
    this.#startPreparing()
  }

  /** Outlives reconnects, and may begin before the first one. Returns how to unsubscribe. */
  subscribe(subject: string, options: SubscribeOptions): () => void {
    const subscription: Subscription = { ...options, subject, unsubscribe: () => {} }
    this.#subscriptions.add(subscription)
    if (this.#nc) this.#activate(subscription, this.#nc)
    return () => {
      this.#subscriptions.delete(subscription)
      subscription.unsubscribe()
    }
  }

  /** The answer, unless the connection that was asked breaks first: the client library would wait for its time limit. */
  async answered<T>(asked: Promise<T>): Promise<T> {
    const { promise: broken, reject } = Promise.withResolvers<never>()
    this.#waiting.add(reject)
    try {
      return await Promise.race([asked, broken])
    } finally {
      this.#waiting.delete(reject)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#isReady = false
    // Not drained: nobody reads any more. What was said last, like handing back work, still has to leave.
    if (this.#isLive && this.#nc) await settlesWithin(this.#nc.flush(), lastWordsMs)
    await this.#nc?.close()
    await this.#running
    await this.#preparing
  }

  async #run(): Promise<void> {
    const nc = await this.#connect()
    if (!nc) return
    if (this.#closing.signal.aborted) {
      await nc.close()
      return
    }
    this.#nc = nc
    for (const subscription of this.#subscriptions) this.#activate(subscription, nc)
    const statuses = nc.status()
    this.#onLive()
    for await (const status of statuses) this.#onStatus(status)
    if (this.#closing.signal.aborted) return
    this.#isLive = false
    this.#isReady = false
    this.#options.logger.error('nats: the connection was closed for good', { error: await nc.closed() })
  }

  async #connect(): Promise<NatsConnection | undefined> {
    const { url, pingIntervalMs = 10_000, logger } = this.#options
    while (!this.#closing.signal.aborted) {
      try {
        return await connect({
          ...readNatsAddress(url),
          timeout: dialTimeoutMs,
          maxReconnectAttempts: -1,
          reconnectTimeWait: this.#reconnectMs,
          reconnectJitter: this.#reconnectMs,
          ignoreAuthErrorAbort: true,
          pingInterval: pingIntervalMs,
          maxPingOut: 1,
        })
      } catch (error) {
        if (this.#isNewFault(error)) logger.warn('nats: the broker is away, trying again', { error })
        await this.#pause()
      }
    }
    return undefined
  }

  #onStatus(status: Status): void {
    const { logger } = this.#options
    if (status.type === 'disconnect') {
      this.#isLive = false
      this.#isReady = false
      for (const reject of this.#waiting) reject(new BusUnavailableError())
      logger.warn('nats: disconnected')
    }
    if (status.type === 'reconnect') {
      logger.info('nats: connected again')
      this.#onLive()
    }
    if (status.type === 'staleConnection') logger.warn('nats: the broker does not answer pings')
    if (status.type === 'error') logger.error('nats: the broker reports an error', { error: status.error })
  }

  #onLive(): void {
    this.#isLive = true
    this.#connections++
    this.#startPreparing()
  }

  #startPreparing(): void {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined
      // The link may have broken and come back while the last attempt was failing.
      if (this.#isLive && !this.#isReady && !this.#closing.signal.aborted) this.#startPreparing()
    })
  }

  async #prepare(): Promise<void> {
    while (this.#nc && this.#isLive && !this.#isReady && !this.#closing.signal.aborted) {
      try {
        const connection = this.#connections
        await this.#options.prepare(this.#nc)
        this.#prepareFault = undefined
        this.#lastFault = undefined
        // What was prepared before the broker went and came back proves nothing about what is there now.
        this.#isReady = this.#isLive && connection === this.#connections
        this.#epoch++
      } catch (error) {
        if (!this.#isLive || this.#closing.signal.aborted) return
        this.#prepareFault = error
        this.#firstAttempt.resolve()
        if (this.#isNewFault(error))
          this.#options.logger.error('nats: the broker is there but cannot be used', { error })
        await this.#pause()
      }
    }
    this.#firstAttempt.resolve()
    if (this.#isReady) for (const listener of this.#readyListeners) listener()
  }

  #activate(subscription: Subscription, nc: NatsConnection): void {
    const { subject, queue, onMessage } = subscription
    const { logger } = this.#options
    const handle = nc.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error) logger.error('nats: a subscription ended', { subject, error })
        else onMessage(message)
      },
    })
    subscription.unsubscribe = () => handle.unsubscribe()
  }

  /** A fault that lasts is logged once. */
  #isNewFault(error: unknown): boolean {
    const fault = error instanceof Error ? error.message : 'unknown'
    const isNew = fault !== this.#lastFault
    this.#lastFault = fault
    return isNew
  }

  async #pause(): Promise<void> {
    const waitMs = this.#reconnectMs * (1 + Math.random())
    await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => {})
  }
}
