import { z } from 'zod'
import type { SignInProvider } from '#core/config.ts'

/** What we take from a provider's description of somebody: a stable id and a name to show. E-mail is never asked for. */
export interface ProvedIdentity {
  readonly id: string
  readonly displayName: string
}

interface CommonProvider {
  readonly label: string
  /** The least that tells who somebody is. */
  readonly scope: string
  readonly extra?: Readonly<Record<string, string>>
}

/** OpenID Connect: addresses and keys come from the issuer, who somebody is from a signed token. */
export interface OidcProvider extends CommonProvider {
  readonly kind: 'oidc'
  /** From the base address that replaces the usual one. Undefined: there is no usual one. */
  readonly issuer: string | undefined
  identityOf(claims: unknown, issuer: string): ProvedIdentity
}

/** Plain OAuth 2: fixed addresses, and an address that says whose the access token is. */
export interface OAuthProvider extends CommonProvider {
  readonly kind: 'oauth'
  addressesOf(base: string | undefined): OAuthAddresses
  identityOf(user: unknown): ProvedIdentity
}

export interface OAuthAddresses {
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  readonly user: string
}

export type Provider = OidcProvider | OAuthProvider

const id = z.string().min(1).max(255)
const name = z.string().nullish().catch(undefined)
const Claims = z.object({ sub: id, name, preferred_username: name })
const DiscordUser = z.object({ id: z.string().regex(/^\d{1,20}$/), global_name: name, username: name })
const GithubUser = z.object({ id: z.number().int().positive(), name, login: name })

/** Every provider that people can sign in with; it is offered when its client id and secret are set. */
export const providerTable: Readonly<Record<SignInProvider, Provider>> = {
  google: {
    kind: 'oidc',
    label: 'Google',
    scope: 'openid profile',
    issuer: 'https://accounts.google.com',
    identityOf: (claims, issuer) => {
      const { sub, name: displayName } = Claims.parse(claims)
      return { id: subjectAt(sub, issuer, 'https://accounts.google.com'), displayName: shown(displayName) }
    },
  },
  discord: {
    kind: 'oauth',
    label: 'Discord',
    scope: 'identify',
    addressesOf: (base = 'https://discord.com') => ({
      issuer: base,
      authorization: `${base}/oauth2/authorize`,
      token: `${base}/api/oauth2/token`,
      user: `${base}/api/users/@me`,
    }),
    // The very id that the bot knows them by.
    identityOf: (user) => {
      const { id: userId, global_name, username } = DiscordUser.parse(user)
      return { id: userId, displayName: shown(global_name ?? username) }
    },
  },
  github: {
    kind: 'oauth',
    label: 'GitHub',
    scope: '',
    addressesOf: (base) => ({
      issuer: `${base ?? 'https://github.com'}/login/oauth`,
      authorization: `${base ?? 'https://github.com'}/login/oauth/authorize`,
      token: `${base ?? 'https://github.com'}/login/oauth/access_token`,
      // GitHub Enterprise Server has its API under its own address.
      user: base === undefined ? 'https://api.github.com/user' : `${base}/api/v3/user`,
    }),
    identityOf: (user) => {
      const { id: userId, name: fullName, login } = GithubUser.parse(user)
      return { id: String(userId), displayName: shown(fullName ?? login) }
    },
  },
  twitch: {
    kind: 'oidc',
    label: 'Twitch',
    scope: 'openid',
    issuer: 'https://id.twitch.tv/oauth2',
    extra: { claims: JSON.stringify({ id_token: { preferred_username: null } }) },
    // The very id that the bot knows them by.
    identityOf: (claims) => {
      const { sub, preferred_username } = Claims.parse(claims)
      return { id: sub, displayName: shown(preferred_username) }
    },
  },
  authentik: {
    kind: 'oidc',
    label: 'Authentik',
    scope: 'openid profile',
    issuer: undefined,
    identityOf: (claims, issuer) => {
      const { sub, name: fullName, preferred_username } = Claims.parse(claims)
      return { id: subjectAt(sub, issuer), displayName: shown(preferred_username ?? fullName) }
    },
  },
}

/** A subject means something at its issuer only: the same one elsewhere is somebody else. */
export function subjectAt(sub: string, issuer: string, home?: string): string {
  return issuer === home ? sub : `${sub}@${issuer}`
}

const maxNameChars = 100

function shown(displayName: string | null | undefined): string {
  return (displayName ?? '').trim().slice(0, maxNameChars)
}
