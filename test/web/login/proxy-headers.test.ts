import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#core/store/drizzle.ts'
import { ask } from '#test/support/http-ask.ts'
import { type LoginWorld, openLoginWorld } from '#test/support/oauth/login-world.ts'
import { clientId } from '#test/support/oauth/strict-oidc.ts'

let plain: LoginWorld
let proxied: LoginWorld
const issuer = { url: '' }

beforeAll(async () => {
  plain = await openLoginWorld()
  issuer.url = plain.authentik.origin
  proxied = await openLoginWorld({
    database: plain.database,
    signIn: { providers: {}, proxy: { issuer: issuer.url, audience: clientId } },
  })
})
afterAll(async () => {
  await proxied[Symbol.asyncDispose]()
  await plain[Symbol.asyncDispose]()
})

const document = { 'sec-fetch-dest': 'document' }

async function statusWith(world: LoginWorld, headers: Record<string, string>): Promise<number> {
  return (await ask(world.web.origin, { path: '/connect', headers: { ...document, ...headers } })).status
}

const right = async (changed: object = {}) => {
  plain.authentik.subject = 'proxied-subject'
  return await plain.authentik.sign({ ...plain.authentik.claims(), nonce: undefined, ...changed })
}

const forged = (name: string) => [
  { [name]: 'akadmin' },
  { [name.toLowerCase()]: 'akadmin' },
  { [name.toUpperCase()]: 'akadmin' },
  { [name.replaceAll('-', '_')]: 'akadmin' },
  { [name]: 'akadmin', [name.replaceAll('-', '_')]: 'akadmin' },
]

describe('headers that claim somebody signed in (S20)', () => {
  test.each([
    'X-Authentik-Username',
    'X-Authentik-Uid',
    'X-Authentik-Email',
    'X-Authentik-Groups',
    'X-Authentik-Name',
    'X-Authentik-Entitlements',
    'X-Authentik-Jwt',
    'Remote-User',
    'X-Remote-User',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Preferred-Username',
    'X-Auth-Request-User',
    'X-WebAuth-User',
  ])('%s counts for nothing, with and without a proxy in front', async (name) => {
    for (const headers of forged(name)) {
      expect(await statusWith(plain, headers)).toBe(303)
      expect(await statusWith(proxied, headers)).toBe(303)
    }
  })

  test('a right token counts where a proxy is set up, and nowhere else', async () => {
    const headers = { 'x-authentik-jwt': await right() }
    expect(await statusWith(proxied, headers)).toBe(200)
    expect(await statusWith(plain, headers)).toBe(303)
    // The next request without it is nobody's again.
    expect(await statusWith(proxied, {})).toBe(303)
  })

  test('is the same person as signing in with Authentik', async () => {
    await statusWith(proxied, { 'x-authentik-jwt': await right() })
    const client = plain.visitor()
    await client.arrive(plain.authentik.approve(await client.begin('authentik')))
    const { rows } = await plain.database.db.execute(
      sql`select count(*)::int as count from identities where platform = 'authentik'`,
    )
    expect(rows).toEqual([{ count: 1 }])
  })

  test.each([
    ['another key', async () => await strangeToken({})],
    [
      'another key at an address in its header',
      async () => await strangeToken({ jku: `${plain.github.origin}/jwks` }),
    ],
    ['another key that it brings along', async () => await strangeToken({ jwk: plain.authentik.publicJwk })],
    ['another issuer', async () => await right({ iss: 'https://evil.example' })],
    ['another audience', async () => await right({ aud: 'another' })],
    ['no audience', async () => await right({ aud: undefined })],
    ['an end in the past', async () => await right({ exp: Math.floor(Date.now() / 1_000) - 3_600 })],
    ['no end', async () => await right({ exp: undefined })],
    ['no subject', async () => await right({ sub: undefined })],
    ['no signature', async () => `${(await right()).split('.').slice(0, 2).join('.')}.`],
    ['two tokens', async () => `${await right()}, ${await right()}`],
    ['a bearer prefix', async () => `Bearer ${await right()}`],
    ['much too much', async () => `${await right()}${'x'.repeat(9_000)}`],
  ])('a token with %s signs nobody in', async (_, make) => {
    const canary = plain.github.asked.length
    const headers = {
      'x-authentik-jwt': await make(),
      'x-authentik-username': 'akadmin',
      'x-authentik-meta-jwks': `${plain.github.origin}/jwks`,
    }
    expect(await statusWith(proxied, headers)).toBe(303)
    expect(plain.github.asked.length).toBe(canary)
  })

  test('the address in security events is the connection’s, whatever is claimed', async () => {
    const client = plain.visitor()
    const url = plain.discord.approve(await client.begin('discord'), 'ann')
    const claims = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
    }
    await client.get(`${url.pathname}${url.search}`, { ...claims, 'cf-connecting-ip': '203.0.113.9' })
    const { rows } = await plain.database.db.execute(sql`select distinct address from security_events`)
    expect(rows).toEqual([{ address: '127.0.0.1' }])
  })

  test('the limit of attempts cannot be walked around with claimed addresses', async () => {
    await using limited = await openLoginWorld({
      database: plain.database,
      signIn: { allowance: { count: 5, perMs: 3_600_000 } },
    })
    const answers = []
    for (let attempt = 0; attempt < 8; attempt++)
      answers.push(
        await limited.visitor().get('/sign-in/discord', { 'x-forwarded-for': `203.0.113.${attempt}` }),
      )
    const busy = answers.filter(({ headers }) => headers.location?.includes('problem=busy'))
    expect(busy).toHaveLength(3)
  })
})

async function strangeToken(header: object): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  const claims = { ...plain.authentik.claims(), nonce: undefined }
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'the-key', ...header })
    .sign(privateKey)
}
