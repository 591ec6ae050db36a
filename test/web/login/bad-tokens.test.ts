import { createHmac, randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveKey } from '#core/secrets/derive-key.ts'
import type { PersonId, SessionId } from '#core/store/ids.ts'
import type { Session } from '#core/store/sessions.ts'
import { type LoginWorld, openLoginWorld, testSecret } from '#test/support/oauth/login-world.ts'
import type { PliableIssuer } from '#test/support/oauth/pliable-issuer.ts'
import { SocketTickets } from '#web/access/socket-tickets.ts'

let world: LoginWorld
beforeAll(async () => {
  world = await openLoginWorld()
})
afterAll(async () => await world[Symbol.asyncDispose]())

type Make = PliableIssuer['makeToken']
const now = () => Math.floor(Date.now() / 1_000)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Changes claims and header of a token that is right otherwise. */
const but =
  (claims: object, header: object = {}): Make =>
  (right, issuer) =>
    issuer.sign({ ...right.claims, ...claims }, { ...right.header, ...header })

const badIdTokens: Readonly<Record<string, Make>> = {
  'alg none': ({ claims }) => `${part({ alg: 'none' })}.${part(claims)}.`,
  'alg None': ({ claims }) => `${part({ alg: 'None' })}.${part(claims)}.`,
  'alg none with a key id': ({ claims }) => `${part({ alg: 'none', kid: 'the-key' })}.${part(claims)}.`,
  'no algorithm': ({ claims }) => `${part({})}.${part(claims)}.x`,
  'HS256 with the public key': ({ claims }, { publicJwk }) =>
    hmac({ alg: 'HS256', kid: 'the-key' }, claims, JSON.stringify(publicJwk)),
  'HS256 with the modulus': ({ claims }, { publicJwk }) =>
    hmac({ alg: 'HS256', kid: 'the-key' }, claims, publicJwk.n ?? ''),
  'HS256 with the client secret': ({ claims }) =>
    hmac({ alg: 'HS256' }, claims, 'a-client-secret-of-the-tests-0123456789'),
  'an empty signature': async (right, issuer) => `${await unsigned(right.claims, issuer)}.`,
  'a signature of something else': async (right, issuer) =>
    `${await unsigned(right.claims, issuer)}.${(await issuer.sign({ other: true })).split('.')[2]}`,
  'a changed payload': async (right, issuer) => {
    const [head, , signature] = (await issuer.sign(right.claims)).split('.')
    return `${head}.${part({ ...right.claims, sub: 'admin' })}.${signature}`
  },
  'another key': async ({ claims }) => await strange(claims, { alg: 'RS256', kid: 'the-key' }),
  'another key that it brings along': async ({ claims }, { publicJwk }) =>
    await strange(claims, { alg: 'RS256', jwk: publicJwk }),
  'an unknown key id': but({}, { kid: 'another' }),
  'a key id that is a path': but({}, { kid: '../../dev/null' }),
  'another audience': but({ aud: 'another-client' }),
  'no audience': but({ aud: undefined }),
  'several audiences and no authorised party': but({ aud: ['companions-test', 'another'], azp: 'another' }),
  'another issuer': but({ iss: 'https://accounts.google.com' }),
  'an issuer with a slash more': (right, issuer) =>
    issuer.sign({ ...right.claims, iss: `${issuer.origin}/` }, right.header),
  'no issuer': but({ iss: undefined }),
  'an end in the past': but({ exp: now() - 3_600 }),
  'no end': but({ exp: undefined }),
  'an end that is text': but({ exp: 'never' }),
  'a beginning in the future': but({ nbf: now() + 3_600 }),
  'no subject': but({ sub: undefined }),
  'an empty subject': but({ sub: '' }),
  'a subject that is an object': but({ sub: { id: 1 } }),
  'no nonce': but({ nonce: undefined }),
  'another nonce': but({ nonce: 'another' }),
  'an empty nonce': but({ nonce: '' }),
  'an extension that must be understood': async ({ claims }, { privateKey }) => {
    const body = `${part({ alg: 'RS256', kid: 'the-key', crit: ['x'], x: 1 })}.${part(claims)}`
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(body))
    return `${body}.${Buffer.from(signature).toString('base64url')}`
  },
  'no token': () => '',
  'text that is no token': () => 'not.a.token',
  'two parts': async (right, issuer) => await unsigned(right.claims, issuer),
  'five parts': () => 'a.b.c.d.e',
  'a payload that is a list': () => `${part({ alg: 'RS256', kid: 'the-key' })}.${part([])}.AAAA`,
}

function hmac(header: object, claims: object, key: string): string {
  const body = `${part(header)}.${part(claims)}`
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
}

async function unsigned(claims: Readonly<Record<string, unknown>>, issuer: PliableIssuer): Promise<string> {
  return (await issuer.sign(claims)).split('.').slice(0, 2).join('.')
}

async function strange(claims: object, header: { alg: string } & Record<string, unknown>): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return await new SignJWT({ ...claims }).setProtectedHeader(header).sign(privateKey)
}

describe.each(['google', 'authentik', 'twitch'] as const)('an ID token of %s (S3)', (name) => {
  test.each(Object.keys(badIdTokens))('with %s signs nobody in', async (what) => {
    const issuer = world[name]
    const right = issuer.makeToken
    const make = badIdTokens[what]
    if (make === undefined) throw new Error('there is no such token')
    issuer.makeToken = make
    try {
      const client = world.visitor()
      const answer = await client.arrive(issuer.approve(await client.begin(name)))
      expect(answer.headers.location).toMatch(/^\/sign-in\?problem=(failed|away)/)
      expect(client.cookies.has('session')).toBe(false)
    } finally {
      issuer.makeToken = right
    }
  })

  test.each(['jku', 'x5u'])('never makes us ask an address that it names in %s', async (header) => {
    const [issuer, canary] = [world[name], world.github]
    const right = issuer.makeToken
    issuer.makeToken = async ({ claims }) =>
      await strange(claims, { alg: 'RS256', kid: 'k', [header]: `${canary.origin}/jwks` })
    try {
      const asked = canary.asked.length
      const client = world.visitor()
      await client.arrive(issuer.approve(await client.begin(name)))
      expect(client.cookies.has('session')).toBe(false)
      expect(canary.asked.length).toBe(asked)
    } finally {
      issuer.makeToken = right
    }
  })
})

describe('a ticket for a socket (S3)', () => {
  const tickets = new SocketTickets(testSecret)
  const session: Session = {
    id: randomUUID() as SessionId,
    personId: randomUUID() as PersonId,
    displayName: 'Ann',
    provider: 'discord',
    provedAt: 0,
    lastSeenAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
  }
  const key = deriveKey(testSecret, 'socket tickets')
  const header = { alg: 'HS256', typ: 'socket-ticket+jwt' }
  const claims = () => ({
    iss: 'companions',
    aud: 'chat',
    sub: session.personId,
    sid: session.id,
    jti: randomUUID(),
    iat: now(),
    exp: now() + 30,
  })
  const signed = (changed: object, head: object = header, by: string | Buffer = key) => {
    const body = `${part(head)}.${part({ ...claims(), ...changed })}`
    return `${body}.${createHmac('sha256', by).update(body).digest('base64url')}`
  }

  test('is good for its session and socket, once', async () => {
    const ticket = await tickets.issue(session, 'chat')
    expect(await tickets.redeem(ticket, session, 'chat')).toBe(true)
    expect(await tickets.redeem(ticket, session, 'chat')).toBe(false)
    expect(await tickets.redeem(signed({}), session, 'chat')).toBe(true)
  })

  test.each([
    ['nothing', () => ''],
    ['alg none', () => `${part({ ...header, alg: 'none' })}.${part(claims())}.`],
    ['HS512', () => signed({}, { ...header, alg: 'HS512' })],
    ['another secret', () => signed({}, header, 'another secret of at least 32 characters')],
    ['the secret itself as key', () => signed({}, header, testSecret)],
    ['the key of another purpose', () => signed({}, header, deriveKey(testSecret, 'tokens at rest'))],
    ['another type', () => signed({}, { ...header, typ: 'JWT' })],
    ['no type', () => signed({}, { alg: 'HS256' })],
    ['another audience', () => signed({ aud: 'voice' })],
    ['no audience', () => signed({ aud: undefined })],
    ['another issuer', () => signed({ iss: 'evil' })],
    ['another session', () => signed({ sid: randomUUID() })],
    ['another person', () => signed({ sub: randomUUID() })],
    ['no id', () => signed({ jti: undefined })],
    ['an id that is none', () => signed({ jti: '*' })],
    ['no end', () => signed({ exp: undefined })],
    ['an end in the past', () => signed({ exp: now() - 5 })],
    ['an age over half a minute', () => signed({ iat: now() - 60 })],
    ['a birth in the future', () => signed({ iat: now() + 3_600, exp: now() + 3_700 })],
    ['crit', () => signed({}, { ...header, crit: ['b64'], b64: false })],
    ['a changed payload', () => signed({}).replace(/\.[^.]+\./, `.${part({ ...claims(), sid: 'x' })}.`)],
  ])('with %s opens nothing', async (_, make) => {
    expect(await tickets.redeem(make(), session, 'chat')).toBe(false)
  })

  test('is too old after half a minute', async () => {
    let ahead = 0
    const clocked = new SocketTickets(testSecret, { now: () => Date.now() + ahead })
    const ticket = await clocked.issue(session, 'chat')
    ahead = 31_000
    expect(await clocked.redeem(ticket, session, 'chat')).toBe(false)
  })
})
