import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { personOfAccount } from '#core/store/accounts.ts'
import type { Database } from '#core/store/database.ts'
import type { SessionId } from '#core/store/ids.ts'
import { type Visit, visitorOf } from '../access/identity.ts'
import { hashSecret } from '../access/secrets.ts'
import { subjectAt } from './providers.ts'

export interface ProxySettings {
  readonly issuer: string
  /** The client id of the proxy's provider. */
  readonly audience: string
}

const header = 'x-authentik-jwt'
const maxChars = 8_192
/** Asymmetric ones only: a key that is published must not be able to sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']
const keysTimeoutMs = 5_000
const toleranceSeconds = 30
const rememberMs = 60_000
const maxRemembered = 1_000

const Claims = z.object({
  sub: z.string().min(1).max(255),
  exp: z.number(),
  iat: z.number().optional(),
  preferred_username: z.string().nullish().catch(undefined),
  name: z.string().nullish().catch(undefined),
})

type ProxyVisitor = NonNullable<Awaited<ReturnType<Visit>>>

/**
 * Who an Authentik proxy signed in. Anybody who reaches this port can send any header, so nothing counts but a token whose
 * signature, issuer, audience and times hold; keys come from the issuer in the settings and never from an address in a
 * header or token. https://docs.goauthentik.io/add-secure-apps/providers/proxy/
 */
export function createProxyVisit(
  { issuer, audience }: ProxySettings,
  { db, now = Date.now }: { readonly db: Database; readonly now?: (() => number) | undefined },
): Visit {
  const base = issuer.endsWith('/') ? issuer : `${issuer}/`
  const keys = createRemoteJWKSet(new URL('jwks/', base), { timeoutDuration: keysTimeoutMs })
  const remembered = new Map<string, { readonly visitor: ProxyVisitor; readonly until: number }>()

  const check = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const options = {
        issuer,
        audience,
        algorithms,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now()),
      }
      return (await jwtVerify(token, keys, options)).payload
    } catch {
      return undefined
    }
  }

  const meet = async (token: string): Promise<ProxyVisitor | undefined> => {
    const claims = Claims.safeParse(await check(token)).data
    if (claims === undefined) return undefined
    const displayName = (claims.preferred_username ?? claims.name ?? '').slice(0, 100)
    const account = {
      platform: 'authentik',
      platformUserId: subjectAt(claims.sub, issuer),
      displayName,
    } as const
    const personId = await personOfAccount(db, account)
    // The proxy's session is theirs to end; to ours it lasts as long as the token does.
    const id = hashSecret(token).slice(0, 32) as SessionId
    const provedAt = (claims.iat ?? 0) * 1_000
    const expiresAt = claims.exp * 1_000
    const session = { id, personId, displayName, provider: account.platform, provedAt, expiresAt } as const
    return visitorOf({ ...session, lastSeenAt: now(), isProxied: true })
  }

  return async (read) => {
    const token = read(header)
    // A repeated header arrives joined by a comma, which no token has.
    if (token === undefined || token.length > maxChars || token.includes(',')) return undefined
    const key = hashSecret(token)
    const known = remembered.get(key)
    if (known !== undefined && known.until > now()) return known.visitor
    remembered.delete(key)
    const visitor = await meet(token)
    if (visitor?.session === undefined) return undefined
    remembered.set(key, { visitor, until: Math.min(now() + rememberMs, visitor.session.expiresAt) })
    const [oldest] = remembered.keys()
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest)
    return visitor
  }
}
