import type { Bus } from '#core/bus/bus.ts'
import { announceSessionsEnded, onSessionsEnded } from '#core/bus/session-bus.ts'
import type { Database } from '#core/store/database.ts'
import type { PersonId, SessionId } from '#core/store/ids.ts'
import type { AccountProvider } from '#core/store/schema.ts'
import { dropOldSecurityEvents } from '#core/store/security-events.ts'
import {
  addSession,
  dropDeadSessions,
  endSessions,
  type ListedSession,
  listSessions,
  liveSessions,
  type Session,
  type SessionClock,
  useSession,
} from '#core/store/sessions.ts'
import { dropDeadFlows } from '#core/store/sign-in-flows.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { keyedHash, newSecret } from './secrets.ts'
import type { SessionCache } from './session-cache.ts'

const dayMs = 86_400_000

export interface SessionLifetimes {
  /** Unused for so long, a session is over. */
  readonly idleMs: number
  /** However much it is used, it is over after this. */
  readonly absoluteMs: number
  /** How often what is open is compared with the database, for what the bus did not tell. */
  readonly sweepMs: number
}

export const defaultLifetimes: SessionLifetimes = {
  idleMs: 7 * dayMs,
  absoluteMs: 30 * dayMs,
  sweepMs: 3_000,
}

const tidyEveryMs = 600_000
/** Long enough to look into what happened, and no longer. */
const keepEventsMs = 180 * dayMs

export interface SessionsOptions {
  readonly db: Database
  readonly bus: Bus
  readonly cache: SessionCache
  readonly logger: Logger
  /** Another secret, and every session is over. */
  readonly secret: string
  readonly lifetimes?: Partial<SessionLifetimes> | undefined
  readonly now?: (() => number) | undefined
}

interface OpenLine {
  readonly session: Session
  readonly end: () => void
}

/**
 * Sessions of this process's visitors: begun, looked up, ended, here or by another process. PostgreSQL is the record; the
 * cache answers only while the bus would tell of an end.
 */
export class Sessions implements AsyncDisposable {
  readonly lifetimes: SessionLifetimes
  readonly #options: SessionsOptions
  readonly #now: () => number
  readonly #hash: (token: string) => string
  readonly #lines = new Set<OpenLine>()
  readonly #stopping = new AbortController()
  readonly #sweeping: NodeJS.Timeout
  readonly #following: Promise<void>
  #sweep: Promise<void> = Promise.resolve()
  #tidiedAt = 0
  #endings = 0

  constructor(options: SessionsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#hash = keyedHash(options.secret, 'session tokens')
    this.lifetimes = { ...defaultLifetimes, ...options.lifetimes }
    this.#following = this.#follow(this.#stopping.signal)
    this.#sweeping = setInterval(() => {
      this.#sweep = this.#sweep.then(() => this.#lookAround())
    }, this.lifetimes.sweepMs)
  }

  /** A new session and the token that its browser keeps; the token is stored nowhere else. */
  async begin(who: {
    readonly personId: PersonId
    readonly provider: AccountProvider
    readonly device: string
  }): Promise<{ readonly token: string; readonly id: SessionId }> {
    const token = newSecret()
    const now = this.#now()
    const expiresAt = now + this.lifetimes.absoluteMs
    const id = await addSession(this.#options.db, { ...who, tokenHash: this.#hash(token), now, expiresAt })
    return { token, id }
  }

  async find(token: string): Promise<Session | undefined> {
    const { db, bus, cache } = this.#options
    const tokenHash = this.#hash(token)
    const clock = this.#clock()
    // While the bus is away nobody could tell us of an end.
    const cached = bus.status === 'connected' ? cache.find(tokenHash, clock.now) : undefined
    if (cached !== undefined && isLive(cached, clock)) return cached
    const endings = this.#endings
    const session = await useSession(db, tokenHash, clock)
    // One that may have ended while it was read is not remembered.
    if (session !== undefined && endings === this.#endings) cache.keep(tokenHash, session, clock.now)
    return session
  }

  async list(personId: PersonId): Promise<ListedSession[]> {
    return await listSessions(this.#options.db, personId, this.#clock())
  }

  /** Ends one session of that person, or all but one; what is open with them is closed, in every process. */
  async end(personId: PersonId, which: Parameters<typeof endSessions>[2]): Promise<readonly SessionId[]> {
    const ended = await endSessions(this.#options.db, personId, which)
    this.announce(ended)
    return ended
  }

  /** For sessions whose rows were deleted elsewhere. */
  announce(ended: readonly SessionId[]): void {
    this.#onEnded(ended)
    announceSessionsEnded(this.#options.bus, ended)
  }

  /** Names of a person changed: what is remembered of them is read anew. */
  refresh(personId: PersonId): void {
    this.#options.cache.dropPerson(personId)
  }

  /** Calls `end` once when the session is over, however that comes about, unless disposed of before. */
  watch(session: Session, end: () => void): Disposable {
    const line = { session, end }
    this.#lines.add(line)
    return { [Symbol.dispose]: () => void this.#lines.delete(line) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping)
    this.#stopping.abort(new Error('the web side stops'))
    await Promise.all([this.#following, this.#sweep])
    this.#options.cache[Symbol.dispose]()
  }

  #clock(): SessionClock {
    const now = this.#now()
    return { now, idleSince: now - this.lifetimes.idleMs }
  }

  /** Without it ends are still found by the sweep. */
  async #follow(signal: AbortSignal): Promise<void> {
    try {
      await onSessionsEnded(this.#options.bus, (ids) => this.#onEnded(ids), { signal })
    } catch (error) {
      if (!signal.aborted) this.#options.logger.warn('ends of sessions cannot be heard', { error })
    }
  }

  #onEnded(ids: readonly string[]): void {
    this.#endings++
    this.#options.cache.drop(ids)
    const ended = new Set(ids)
    for (const line of this.#lines) if (ended.has(line.session.id)) this.#close(line)
  }

  #close(line: OpenLine): void {
    if (this.#lines.delete(line)) line.end()
  }

  async #lookAround(): Promise<void> {
    const { db, logger } = this.#options
    const clock = this.#clock()
    const lines = [...this.#lines]
    try {
      if (lines.length > 0) {
        const expired = lines.filter(({ session }) => session.expiresAt <= clock.now)
        const own = lines.flatMap(({ session }) => (session.isProxied ? [] : [session.id]))
        const live = await liveSessions(db, [...new Set(own)], clock)
        this.#onEnded([...expired.map(({ session }) => session.id), ...own.filter((id) => !live.has(id))])
      }
      if (clock.now - this.#tidiedAt >= tidyEveryMs) await this.#tidy(clock)
    } catch (error) {
      logger.warn('sessions cannot be compared with the database', { error })
    }
  }

  async #tidy(clock: SessionClock): Promise<void> {
    this.#tidiedAt = clock.now
    await dropDeadSessions(this.#options.db, clock)
    await dropDeadFlows(this.#options.db, clock.now)
    await dropOldSecurityEvents(this.#options.db, clock.now - keepEventsMs)
  }
}

function isLive({ expiresAt, lastSeenAt }: Session, { now, idleSince }: SessionClock): boolean {
  return expiresAt > now && lastSeenAt > idleSince
}
