import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { deriveKey } from '#core/secrets/derive-key.ts'
import type { Session } from '#core/store/sessions.ts'
import type { TicketAudience } from './ticket-audience.ts'

const algorithm = 'HS256'
const type = 'socket-ticket+jwt'
const issuer = 'companions'
const lifetimeSeconds = 30
const maxUsed = 20_000

const Claims = z.object({ sub: z.string(), sid: z.string(), jti: z.uuid(), exp: z.number() })

/**
 * What a page says first on a WebSocket: a JWT of half a minute for one socket, one session and one use. The cookie says
 * who opens the socket, the ticket that one of our pages does. A ticket is used once in each process; elsewhere it is
 * still worth nothing without the session's cookie.
 */
export class SocketTickets {
  readonly #key: Uint8Array
  readonly #now: () => number
  readonly #used = new Map<string, number>()

  constructor(secret: string, { now = Date.now }: { readonly now?: (() => number) | undefined } = {}) {
    this.#key = deriveKey(secret, 'socket tickets')
    this.#now = now
  }

  async issue(session: Session, audience: TicketAudience): Promise<string> {
    const now = Math.floor(this.#now() / 1_000)
    return await new SignJWT({ sid: session.id })
      .setProtectedHeader({ alg: algorithm, typ: type })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(session.personId)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(this.#key)
  }

  /** Whether this ticket was issued for that session and that socket, is young and was not used here before. */
  async redeem(ticket: string, session: Session, audience: TicketAudience): Promise<boolean> {
    const claims = await this.#verify(ticket, audience)
    if (claims === undefined || claims.sid !== session.id || claims.sub !== session.personId) return false
    if (this.#used.has(claims.jti)) return false
    this.#forgetOld()
    this.#used.set(claims.jti, claims.exp)
    return true
  }

  async #verify(ticket: string, audience: TicketAudience): Promise<z.infer<typeof Claims> | undefined> {
    try {
      const { payload } = await jwtVerify(ticket, this.#key, {
        algorithms: [algorithm],
        typ: type,
        issuer,
        audience,
        maxTokenAge: lifetimeSeconds,
        requiredClaims: ['exp', 'iat', 'sub', 'jti'],
        currentDate: new Date(this.#now()),
      })
      return Claims.safeParse(payload).data
    } catch {
      return undefined
    }
  }

  #forgetOld(): void {
    const now = this.#now() / 1_000
    for (const [jti, exp] of this.#used) {
      if (exp >= now && this.#used.size < maxUsed) break
      this.#used.delete(jti)
    }
  }
}
