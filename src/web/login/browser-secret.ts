import { createHmac } from 'node:crypto'
import { hashSecret, newSecret } from '../access/secrets.ts'
import { type CookieJar, readSecretCookie } from '../access/session-cookie.ts'
import type { WebContext } from '../web-env.ts'
import type { Binding } from './provider-client.ts'

const cookie = 'sign-in'
/** As long as somebody may take at the provider. */
export const flowMinutes = 10

/**
 * A secret that only this browser has while it signs in. Nonce and PKCE verifier are made from it and the state, so the
 * database holds nothing that another browser could finish the sign-in with.
 */
export class BrowserSecret {
  readonly #secret: string

  private constructor(secret: string) {
    this.#secret = secret
  }

  static read(context: WebContext, jar: CookieJar): BrowserSecret | undefined {
    const secret = readSecretCookie(context.req.header('cookie'), jar.nameOf(cookie))
    return secret === undefined ? undefined : new BrowserSecret(secret)
  }

  /** Of several sign-ins that one browser begins, each has a state of its own. */
  static ensure(context: WebContext, jar: CookieJar): BrowserSecret {
    const secret = readSecretCookie(context.req.header('cookie'), jar.nameOf(cookie)) ?? newSecret()
    jar.set(context, cookie, secret, flowMinutes * 60)
    return new BrowserSecret(secret)
  }

  get hash(): string {
    return hashSecret(this.#secret)
  }

  bind(state: string): Binding {
    const derive = (what: string) =>
      createHmac('sha256', this.#secret).update(`${what} ${state}`).digest('base64url')
    return { state, nonce: derive('nonce'), verifier: derive('verifier') }
  }
}

export function clearBrowserSecret(context: WebContext, jar: CookieJar): void {
  jar.clear(context, cookie)
}
