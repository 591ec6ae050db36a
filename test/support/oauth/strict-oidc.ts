import Provider from 'oidc-provider'
import { type Listening, listenOn } from './listen.ts'

export const clientId = 'companions-test'
export const clientSecret = 'a-client-secret-of-the-tests-0123456789'

export interface StrictOidc extends AsyncDisposable {
  readonly issuer: string
  /** Only this exact address may be returned to. */
  allow(redirectUri: string): void
}

/**
 * oidc-provider, certified for OpenID Connect, with its own login and consent pages: whatever name one types becomes the
 * subject. `listsScopes`: answers with an array of scopes, as Twitch does.
 */
export async function startStrictOidc(
  host: string,
  { listsScopes = false }: { readonly listsScopes?: boolean } = {},
): Promise<StrictOidc> {
  const server: Listening = await listenOn(host)
  const { origin } = server
  return {
    issuer: origin,
    allow: (redirectUri) => server.serve(createProvider(origin, redirectUri, listsScopes).callback()),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function createProvider(issuer: string, redirectUri: string, listsScopes: boolean): Provider {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, claimsParameter: { enabled: true } },
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({
        sub: accountId,
        name: `Name ${accountId}`,
        preferred_username: `nick-${accountId}`,
      }),
    }),
  })
  if (listsScopes)
    provider.use(async (context, next) => {
      await next()
      const { body } = context
      if (context.path === '/token' && isScoped(body))
        context.body = { ...body, scope: body.scope.split(' ') }
    })
  return provider
}

function isScoped(body: unknown): body is { readonly scope: string } {
  return typeof body === 'object' && body !== null && 'scope' in body && typeof body.scope === 'string'
}
