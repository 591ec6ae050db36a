import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type Listening, listenOn } from './listen.ts'
import { clientId } from './strict-oidc.ts'

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

/** What a token is made from, unless an attack says otherwise. */
export interface TokenParts {
  readonly claims: Readonly<Record<string, unknown>>
  readonly header: Readonly<Record<string, unknown>>
}

/**
 * An OpenID issuer that says whatever a test wants: right by default, and wrong in one place at a time. Remembers which of
 * its addresses were asked.
 */
export class PliableIssuer implements AsyncDisposable {
  readonly origin: string
  readonly asked: string[] = []
  subject = 'somebody'
  /** Replaces members of the discovery document. */
  metadata: Readonly<Record<string, unknown>> = {}
  /** Replaces the ID token of the next answers. */
  makeToken: (parts: TokenParts, issuer: PliableIssuer) => Promise<string> | string = ({ claims, header }) =>
    this.sign(claims, header)
  readonly #server: Listening
  readonly privateKey: PrivateKey
  readonly publicJwk: JWK
  #nonce: string | undefined

  private constructor(server: Listening, privateKey: PrivateKey, publicJwk: JWK) {
    this.#server = server
    this.origin = server.origin
    this.privateKey = privateKey
    this.publicJwk = publicJwk
    server.serve((request, response) => {
      void (async () => {
        const path = new URL(request.url ?? '/', this.origin).pathname
        this.asked.push(path)
        const body = await this.#answer(path)
        response
          .writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
          .end(JSON.stringify(body ?? {}))
      })()
    })
  }

  static async start(host: string): Promise<PliableIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'the-key', alg: 'RS256', use: 'sig' }
    return new PliableIssuer(await listenOn(host), privateKey, jwk)
  }

  /** What a browser comes back with after saying yes. */
  approve(authorization: URL, extra: Readonly<Record<string, string>> = {}): URL {
    const { searchParams } = authorization
    this.#nonce = searchParams.get('nonce') ?? undefined
    const url = new URL(searchParams.get('redirect_uri') ?? '')
    const answer = { code: 'a-code', state: searchParams.get('state') ?? '', ...extra }
    for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
    return url
  }

  claims(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000)
    const { subject: sub, origin: iss } = this
    return { iss, aud: clientId, sub, nonce: this.#nonce, iat: now, exp: now + 300, name: 'Some Body' }
  }

  async sign(claims: TokenParts['claims'], header: TokenParts['header'] = {}): Promise<string> {
    const protectedHeader = { alg: 'RS256', kid: 'the-key', ...header }
    return await new SignJWT(claims).setProtectedHeader(protectedHeader).sign(this.privateKey)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }

  async #answer(path: string): Promise<object | undefined> {
    if (path === '/.well-known/openid-configuration') return { ...this.#discovery(), ...this.metadata }
    if (path === '/jwks' || path === '/jwks/') return { keys: [this.publicJwk] }
    if (path !== '/token') return undefined
    const idToken = await this.makeToken({ claims: this.claims(), header: {} }, this)
    return {
      access_token: 'access-canary-of-the-issuer',
      token_type: 'bearer',
      expires_in: 600,
      id_token: idToken,
    }
  }

  #discovery(): object {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      jwks_uri: `${this.origin}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }
}
