import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignInProvider } from '#core/config.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import { openWebWorld, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'
import type { SignInOptions } from '#web/login/sign-in.ts'
import { CookieClient } from './cookie-client.ts'
import { discordDialect, githubDialect, OAuthServer, type OAuthUser } from './oauth-server.ts'
import { PliableIssuer } from './pliable-issuer.ts'
import { clientId, clientSecret } from './strict-oidc.ts'

export const testSecret = 'the-session-secret-canary-of-the-tests'

const discordUsers: readonly OAuthUser[] = [
  { name: 'ann', user: { id: '80351110224678912', username: 'ann', global_name: 'Ann' } },
  { name: 'ben', user: { id: '80351110224678913', username: 'ben', global_name: null } },
]
const githubUsers: readonly OAuthUser[] = [
  { name: 'ann', user: { id: 5_001, login: 'ann-codes', name: 'Ann' } },
  { name: 'ben', user: { id: 5_002, login: 'ben-codes', name: null } },
]

export interface LoginWorld extends AsyncDisposable {
  readonly web: WebWorld
  readonly discord: OAuthServer
  readonly github: OAuthServer
  readonly google: PliableIssuer
  readonly authentik: PliableIssuer
  readonly twitch: PliableIssuer
  readonly database: TestDatabase
  /** A browser that nobody is signed in with. */
  visitor(): CookieClient
  /** A browser that this user of Discord or GitHub is signed in with. */
  signedIn(name: 'ann' | 'ben', provider?: 'discord' | 'github'): Promise<CookieClient>
}

export interface LoginWorldOptions {
  readonly web?: Partial<WebWorldOptions>
  readonly signIn?: Partial<SignInOptions>
  readonly database?: TestDatabase
}

/** The web side with five providers that tests can speak for. */
export async function openLoginWorld(options: LoginWorldOptions = {}): Promise<LoginWorld> {
  await using opening = new AsyncDisposableStack()
  const database = options.database ?? opening.use(await createTestDatabase())
  const [discord, github, google, authentik, twitch] = await Promise.all([
    OAuthServer.start('127.0.0.2', discordDialect, discordUsers),
    OAuthServer.start('127.0.0.3', githubDialect, githubUsers),
    PliableIssuer.start('127.0.0.4'),
    PliableIssuer.start('127.0.0.5'),
    PliableIssuer.start('127.0.0.6'),
  ])
  for (const server of [discord, github, google, authentik, twitch]) opening.use(server)
  const addresses = { discord, github, google, authentik, twitch }
  const dataDir = opening.adopt(await mkdtemp(join(tmpdir(), 'companions-login-')), removeFolder)
  const web = opening.use(
    await openWebWorld({
      hasWorker: false,
      dataDir,
      database,
      ...options.web,
      signIn: {
        providers: settingsOf(addresses),
        secret: testSecret,
        adminIdentities: [],
        allowance: { count: 100_000, perMs: 60_000 },
        ...options.signIn,
      },
    }),
  )
  for (const [name, server] of [
    ['discord', discord],
    ['github', github],
  ] as const)
    server.redirectUri = `${web.origin}/sign-in/${name}/callback`
  const visitor = () => new CookieClient(web.origin)
  const resources = opening.move()
  return {
    ...addresses,
    web,
    database,
    visitor,
    async signedIn(name, provider = 'discord') {
      const client = visitor()
      const authorization = await client.begin(provider)
      await client.arrive(addresses[provider].approve(authorization, name))
      return client
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

export function settingsOf(
  servers: Readonly<Partial<Record<SignInProvider, { readonly origin: string }>>>,
): SignInOptions['providers'] {
  const entries = Object.entries(servers).map(([name, { origin: url }]) => [
    name,
    { clientId, clientSecret, url },
  ])
  return Object.fromEntries(entries)
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
