import * as oidc from 'openid-client'
import type { SignInProvider, SignInSettings } from '#core/config.ts'
import type { ProviderTokens } from '#core/store/provider-tokens.ts'
import { ProviderAwayError } from './provider-away-error.ts'
import { providerFetch } from './provider-fetch.ts'
import {
  type OAuthProvider,
  type OidcProvider,
  type ProvedIdentity,
  type Provider,
  providerTable,
} from './providers.ts'

const timeoutSeconds = 8
/** Issuers change their keys and addresses, but not by the hour. */
const renewEveryMs = 3_600_000

/** What binds an answer of the provider to the browser and the moment that asked. */
export interface Binding {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Proof extends ProvedIdentity {
  readonly tokens: ProviderTokens
}

/** One provider that is set up here: where to send people, and what to make of those who come back. */
export class ProviderClient {
  readonly name: SignInProvider
  readonly label: string
  readonly #provider: Provider
  readonly #settings: SignInSettings
  #opened: { readonly at: number; readonly configuration: Promise<oidc.Configuration> } | undefined

  constructor(name: SignInProvider, settings: SignInSettings) {
    this.name = name
    this.#provider = providerTable[name]
    this.label = this.#provider.label
    this.#settings = settings
  }

  /** @throws ProviderAwayError */
  async authorizationUrl({ state, nonce, verifier }: Binding, redirectUri: string): Promise<URL> {
    const configuration = await this.#open()
    const { scope, extra = {}, kind } = this.#provider
    return oidc.buildAuthorizationUrl(configuration, {
      ...extra,
      ...(kind === 'oidc' ? { nonce } : {}),
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
  }

  /**
   * Exchanges the code in `answer`, the address that the browser came back to, and says who that is. State, nonce, PKCE,
   * issuer, signature, audience and times are checked by openid-client.
   * @throws ProviderAwayError, or an error of openid-client when anything does not fit
   */
  async redeem(answer: URL, { state, nonce, verifier }: Binding): Promise<Proof> {
    const configuration = await this.#open()
    const provider = this.#provider
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
      expectedState: state,
      pkceCodeVerifier: verifier,
      ...(provider.kind === 'oidc' ? { expectedNonce: nonce, idTokenExpected: true } : {}),
    })
    const identity =
      provider.kind === 'oidc'
        ? provider.identityOf(tokens.claims(), configuration.serverMetadata().issuer)
        : provider.identityOf(await this.#askUser(configuration, provider, tokens.access_token))
    const lifetimeSeconds = tokens.expiresIn()
    return {
      ...identity,
      tokens: {
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token,
        expiresAt: lifetimeSeconds === undefined ? undefined : Date.now() + lifetimeSeconds * 1_000,
      },
    }
  }

  async #askUser(
    configuration: oidc.Configuration,
    provider: OAuthProvider,
    accessToken: string,
  ): Promise<unknown> {
    const { user } = provider.addressesOf(this.#base)
    const headers = new Headers({ accept: 'application/json', 'user-agent': 'companions' })
    const answer = await oidc.fetchProtectedResource(
      configuration,
      accessToken,
      new URL(user),
      'GET',
      undefined,
      headers,
    )
    if (!answer.ok) throw new Error(`the provider answered ${answer.status} when asked who that is`)
    return await answer.json()
  }

  get #base(): string | undefined {
    return this.#settings.url?.replace(/\/+$/, '')
  }

  async #open(): Promise<oidc.Configuration> {
    const now = Date.now()
    if (this.#opened === undefined || now - this.#opened.at > renewEveryMs)
      this.#opened = { at: now, configuration: this.#configure() }
    try {
      return await this.#opened.configuration
    } catch (cause) {
      this.#opened = undefined
      throw new ProviderAwayError(this.name, { cause })
    }
  }

  async #configure(): Promise<oidc.Configuration> {
    return this.#provider.kind === 'oidc'
      ? await this.#discover(this.#provider)
      : this.#assemble(this.#provider)
  }

  async #discover(provider: OidcProvider): Promise<oidc.Configuration> {
    // Authentik's issuers end in a slash, and an issuer is compared letter by letter.
    const issuer = this.#settings.url ?? provider.issuer
    if (issuer === undefined) throw new Error('no issuer is set')
    const { clientId, clientSecret } = this.#settings
    const configuration = await oidc.discovery(
      new URL(issuer),
      clientId,
      clientSecret,
      oidc.ClientSecretPost(clientSecret),
      {
        timeout: timeoutSeconds,
        [oidc.customFetch]: providerFetch,
        execute: [
          oidc.enableNonRepudiationChecks,
          ...(isPlainHttp(issuer) ? [oidc.allowInsecureRequests] : []),
        ],
      },
    )
    return configuration
  }

  #assemble(provider: OAuthProvider): oidc.Configuration {
    const { issuer, authorization, token } = provider.addressesOf(this.#base)
    const { clientId, clientSecret } = this.#settings
    const server = { issuer, authorization_endpoint: authorization, token_endpoint: token }
    const configuration = new oidc.Configuration(
      server,
      clientId,
      clientSecret,
      oidc.ClientSecretPost(clientSecret),
    )
    configuration.timeout = timeoutSeconds
    configuration[oidc.customFetch] = providerFetch
    if (isPlainHttp(issuer)) oidc.allowInsecureRequests(configuration)
    return configuration
  }
}

/** Only where the person who runs this gave such an address. */
function isPlainHttp(address: string): boolean {
  return new URL(address).protocol === 'http:'
}
