import { join } from 'node:path'
import type { Bus } from '#core/bus/bus.ts'
import { type Config, type SignInProvider, signInProviders } from '#core/config.ts'
import { Sealer } from '#core/secrets/sealer.ts'
import { hasAnyAccount } from '#core/store/accounts.ts'
import type { Database } from '#core/store/database.ts'
import type { PersonId } from '#core/store/ids.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Visit } from '../access/identity.ts'
import { visitorOf } from '../access/identity.ts'
import { SessionCache } from '../access/session-cache.ts'
import { type CookieJar, createCookieJar, readSecretCookie, sessionCookie } from '../access/session-cookie.ts'
import { type SessionLifetimes, Sessions } from '../access/sessions.ts'
import { SocketTickets } from '../access/socket-tickets.ts'
import { ActionProofs } from './action-proofs.ts'
import { adminAccounts } from './admin-accounts.ts'
import { type Audit, createAudit } from './audit.ts'
import { createProxyVisit, type ProxySettings } from './authentik-proxy.ts'
import { ProviderClient } from './provider-client.ts'
import { type Allowance, RateLimit } from './rate-limit.ts'

export interface SignInOptions {
  readonly providers: Config['signIn']
  /** An Authentik proxy in front signs people in. */
  readonly proxy?: ProxySettings | undefined
  /** Keys for tokens at rest and for tickets are made from it. */
  readonly secret: string
  readonly adminIdentities: readonly string[]
  readonly lifetimes?: Partial<SessionLifetimes> | undefined
  /** How often one address may begin or finish a sign-in. */
  readonly allowance?: Allowance | undefined
  readonly now?: (() => number) | undefined
}

/** Everything around who people are. Absent where one local owner is the only person. */
export interface SignIn extends AsyncDisposable {
  readonly providers: ReadonlyMap<SignInProvider, ProviderClient>
  readonly sessions: Sessions
  readonly tickets: SocketTickets
  readonly jar: CookieJar
  readonly sealer: Sealer
  readonly audit: Audit
  readonly limit: RateLimit
  readonly proofs: ActionProofs
  readonly db: Database
  readonly logger: Logger
  readonly visit: Visit
  readonly now: () => number
  isAdmin(personId: PersonId): Promise<boolean>
}

export interface SignInParts {
  readonly db: Database
  readonly bus: Bus
  readonly dataDir: string
  readonly isHttps: boolean
  readonly logger: Logger
}

/** A person clicks a few times; a proxy in front makes many people one address. */
const usualAllowance: Allowance = { count: 60, perMs: 60_000 }
/** What ended elsewhere while the bus did not say so is believed for so long at most. */
const cacheTtlMs = 10_000

export async function openSignIn(options: SignInOptions, parts: SignInParts): Promise<SignIn> {
  const { db, bus, dataDir, isHttps, logger } = parts
  const { secret, lifetimes, now = Date.now } = options
  const cache = await SessionCache.open(join(dataDir, 'sessions.sqlite'), { ttlMs: cacheTtlMs })
  const sessions = new Sessions({ db, bus, cache, logger, secret, lifetimes, now })
  const admins = adminAccounts(options.adminIdentities, options)
  const jar = createCookieJar({ isHttps })
  return {
    providers: openProviders(options.providers),
    sessions,
    tickets: new SocketTickets(secret, { now }),
    jar,
    sealer: new Sealer(secret),
    audit: createAudit({ db, logger }),
    limit: new RateLimit(options.allowance ?? usualAllowance, now),
    proofs: new ActionProofs(secret),
    db,
    logger,
    visit: firstOf([visitByCookie(sessions, jar), ...visitByProxy(options, db)]),
    now,
    isAdmin: async (personId) => await hasAnyAccount(db, personId, admins),
    [Symbol.asyncDispose]: async () => await sessions[Symbol.asyncDispose](),
  }
}

function openProviders(settings: Config['signIn']): ReadonlyMap<SignInProvider, ProviderClient> {
  return new Map(
    signInProviders.flatMap((name) => {
      const given = settings[name]
      return given === undefined ? [] : [[name, new ProviderClient(name, given)] as const]
    }),
  )
}

function visitByCookie(sessions: Sessions, jar: CookieJar): Visit {
  return async (header) => {
    const token = readSecretCookie(header('cookie'), jar.nameOf(sessionCookie))
    const session = token === undefined ? undefined : await sessions.find(token)
    return session && visitorOf(session)
  }
}

function visitByProxy({ proxy, now }: SignInOptions, db: Database): Visit[] {
  return proxy === undefined ? [] : [createProxyVisit(proxy, { db, now })]
}

function firstOf(visits: readonly Visit[]): Visit {
  return async (header) => {
    for (const visit of visits) {
      const visitor = await visit(header)
      if (visitor !== undefined) return visitor
    }
    return undefined
  }
}
