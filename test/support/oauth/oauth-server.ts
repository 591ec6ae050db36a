import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Listening, listenOn, readForm } from './listen.ts'
import { clientId, clientSecret } from './strict-oidc.ts'

/** Somebody with an account there; `user` is what the provider answers when asked whose a token is. */
export interface OAuthUser {
  readonly name: string
  readonly user: Readonly<Record<string, unknown>>
}

interface Dialect {
  readonly authorize: string
  readonly token: string
  readonly user: string
  readonly scope: string
}

/** https://discord.com/developers/docs/topics/oauth2 */
export const discordDialect: Dialect = {
  authorize: '/oauth2/authorize',
  token: '/api/oauth2/token',
  user: '/api/users/@me',
  scope: 'identify',
}

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const githubDialect: Dialect = {
  authorize: '/login/oauth/authorize',
  token: '/login/oauth/access_token',
  user: '/api/v3/user',
  scope: '',
}

interface Grant {
  readonly user: OAuthUser
  readonly challenge: string
  readonly redirectUri: string
}

/**
 * An OAuth 2 server in the shape of Discord or GitHub, as strict as they are: registered redirect address, client secret,
 * PKCE, codes that work once. Its page has a button for each user and one that refuses.
 */
export class OAuthServer implements AsyncDisposable {
  readonly origin: string
  redirectUri = ''
  /** Every path that was asked for, without queries. */
  readonly asked: string[] = []
  readonly issued: string[] = []
  readonly #server: Listening
  readonly #dialect: Dialect
  readonly #users: readonly OAuthUser[]
  readonly #grants = new Map<string, Grant>()
  readonly #tokens = new Map<string, OAuthUser>()

  private constructor(server: Listening, dialect: Dialect, users: readonly OAuthUser[]) {
    this.#server = server
    this.origin = server.origin
    this.#dialect = dialect
    this.#users = users
    server.serve((request, response) => void this.#answer(request, response))
  }

  static async start(host: string, dialect: Dialect, users: readonly OAuthUser[]): Promise<OAuthServer> {
    return new OAuthServer(await listenOn(host), dialect, users)
  }

  /** What clicking the user's button does, without a browser: the address that it leads back to. */
  approve(authorization: URL, name: string): URL {
    const { searchParams } = authorization
    const user = this.#users.find((one) => one.name === name)
    if (user === undefined) throw new Error(`there is no user ${name}`)
    const code = this.#grant(searchParams, user)
    return back(searchParams, { code })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin)
    this.asked.push(url.pathname)
    if (url.pathname === this.#dialect.authorize) this.#showPage(url, response)
    else if (url.pathname === '/decide') this.#decide(url, response)
    else if (url.pathname === this.#dialect.token) await this.#exchange(request, response)
    else if (url.pathname === this.#dialect.user) this.#tellUser(request, response)
    else response.writeHead(404).end()
  }

  #showPage({ searchParams }: URL, response: ServerResponse): void {
    const fault = this.#faultOf(searchParams)
    if (fault !== undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(fault)
      return
    }
    const link = (text: string, name: string) =>
      `<p><a href="/decide?${asAttribute(new URLSearchParams([...searchParams, ['user', name]]))}">${text}</a></p>`
    const links = this.#users.map(({ name }) => link(`Authorize as ${name}`, name))
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><title>Authorize</title>${links.join('')}${link('Cancel', '')}`)
  }

  #faultOf(query: URLSearchParams): string | undefined {
    if (query.get('client_id') !== clientId) return 'unknown client'
    if (query.get('redirect_uri') !== this.redirectUri) return 'the redirect address is not registered'
    if (query.get('response_type') !== 'code') return 'unsupported response type'
    if (query.get('code_challenge_method') !== 'S256') return 'PKCE is required'
    if ((query.get('scope') ?? '') !== this.#dialect.scope) return 'another scope than was registered'
    return undefined
  }

  #decide({ searchParams }: URL, response: ServerResponse): void {
    const user = this.#users.find(({ name }) => name === searchParams.get('user'))
    const answer = user ? { code: this.#grant(searchParams, user) } : { error: 'access_denied' }
    response.writeHead(302, { location: back(searchParams, answer).href }).end()
  }

  #grant(query: URLSearchParams, user: OAuthUser): string {
    const fault = this.#faultOf(query)
    if (fault !== undefined) throw new Error(fault)
    const code = this.#issue()
    const challenge = query.get('code_challenge') ?? ''
    this.#grants.set(code, { user, challenge, redirectUri: query.get('redirect_uri') ?? '' })
    return code
  }

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request)
    const grant = this.#grants.get(form.get('code') ?? '')
    this.#grants.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = form.get('client_id') === clientId && form.get('client_secret') === clientSecret
    const isGrant = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri')
    if (!isClient || !isGrant || form.get('grant_type') !== 'authorization_code') {
      json(response, 400, { error: isClient ? 'invalid_grant' : 'invalid_client' })
      return
    }
    const token = this.#issue()
    this.#tokens.set(token, grant.user)
    const { scope } = this.#dialect
    json(response, 200, {
      access_token: token,
      refresh_token: this.#issue(),
      token_type: 'bearer',
      expires_in: 600,
      scope,
    })
  }

  #tellUser({ headers }: IncomingMessage, response: ServerResponse): void {
    const token = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
    const user = this.#tokens.get(token ?? '')
    if (user === undefined) json(response, 401, { message: 'Unauthorized' })
    else json(response, 200, user.user)
  }

  #issue(): string {
    const secret = randomBytes(24).toString('base64url')
    this.issued.push(secret)
    return secret
  }
}

function back(query: URLSearchParams, answer: Readonly<Record<string, string>>): URL {
  const url = new URL(query.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  url.searchParams.set('state', query.get('state') ?? '')
  return url
}

function asAttribute(query: URLSearchParams): string {
  return query.toString().replaceAll('&', '&amp;')
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
