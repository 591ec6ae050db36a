import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#core/store/drizzle.ts'
import type { CookieClient } from '#test/support/oauth/cookie-client.ts'
import { type LoginWorld, openLoginWorld } from '#test/support/oauth/login-world.ts'

let world: LoginWorld
let ahead = 0

beforeAll(async () => {
  world = await openLoginWorld({ signIn: { now: () => Date.now() + ahead } })
})
afterAll(async () => await world[Symbol.asyncDispose]())

const names = ['google', 'discord', 'github', 'twitch', 'authentik'] as const
type Name = (typeof names)[number]

function approve(name: Name, authorization: URL): URL {
  if (name === 'discord' || name === 'github') return world[name].approve(authorization, 'ann')
  return world[name].approve(authorization)
}

async function countOf(table: 'sessions' | 'security_events'): Promise<number> {
  const from = sql.raw(table === 'sessions' ? 'sessions' : "security_events where type = 'sign-in refused'")
  const { rows } = await world.database.db.execute(sql`select count(*)::int as count from ${from}`)
  return Number(rows[0]?.count)
}

/** Whoever did this must be nobody afterwards, and the security events must tell of it. */
async function expectRefused(attack: () => Promise<CookieClient>, times = 1): Promise<void> {
  const [sessions, events] = await Promise.all([countOf('sessions'), countOf('security_events')])
  const client = await attack()
  expect(client.cookies.has('session')).toBe(false)
  expect((await client.get('/connect')).status).toBe(303)
  expect(await countOf('sessions')).toBe(sessions)
  expect(await countOf('security_events')).toBe(events + times)
}

/** A state as ours looks, changed in one place. */
const wrongStates = (state: string) => [
  '',
  'x',
  state.slice(1),
  state.slice(0, -1),
  `${state}A`,
  ` ${state}`,
  state.toUpperCase(),
  [...state].reverse().join(''),
  randomBytes(32).toString('base64url'),
  `${state}\0`,
  '../'.repeat(10),
  `' or 1=1 --`,
  '%',
  '__proto__',
  'null',
  '0',
  'undefined',
  '*',
  `${state},${state}`,
  `${state}&state=x`,
  `${state}=`,
  encodeURIComponent(encodeURIComponent(`${state}%`)),
  'A'.repeat(43),
  'A'.repeat(10_000),
]

describe.each(names)('the way back from %s (S1)', (name) => {
  test('leads to a session, once, and away from the address with the code at once', async () => {
    const client = world.visitor()
    const callback = approve(name, await client.begin(name, '?back=/c/tea'))
    const answer = await client.arrive(callback)
    expect([answer.status, answer.headers.location]).toEqual([303, '/c/tea'])
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    expect((await client.get('/connect')).status).toBe(200)
  })

  test('refuses every state but the one that this browser was given', async () => {
    for (const index of wrongStates('').keys())
      await expectRefused(async () => {
        const client = world.visitor()
        const callback = approve(name, await client.begin(name))
        const state = callback.searchParams.get('state') ?? ''
        callback.searchParams.set('state', wrongStates(state)[index] ?? '')
        await client.arrive(callback)
        return client
      })
  })

  test('refuses a missing state, a doubled one, one that was used, one of another browser', async () => {
    const attacks: Record<string, (client: CookieClient, callback: URL) => Promise<void>> = {
      missing: async (client, callback) => {
        callback.searchParams.delete('state')
        await client.arrive(callback)
      },
      doubled: async (client, callback) => {
        callback.searchParams.append('state', callback.searchParams.get('state') ?? '')
        await client.arrive(callback)
      },
      'without its cookie': async (client, callback) => {
        client.cookies.clear()
        await client.arrive(callback)
      },
      'with a planted cookie': async (client, callback) => {
        client.cookies.set('sign-in', 'a'.repeat(43))
        await client.arrive(callback)
      },
      'with the cookie of another browser': async (client, callback) => {
        const other = world.visitor()
        await other.begin(name)
        client.cookies.set('sign-in', other.cookies.get('sign-in') ?? '')
        await client.arrive(callback)
      },
      'at the address of another provider': async (client, callback) => {
        const other = name === 'google' ? 'twitch' : 'google'
        callback.pathname = `/sign-in/${other}/callback`
        await client.arrive(callback)
      },
      'after being asked with another method first': async (client, callback) => {
        await client.post(`${callback.pathname}${callback.search}`)
        callback.searchParams.delete('state')
        await client.arrive(callback)
      },
    }
    for (const attack of Object.values(attacks))
      await expectRefused(async () => {
        const client = world.visitor()
        await attack(client, approve(name, await client.begin(name)))
        return client
      })
  })

  test('refuses a state a second time, also after a refusal', async () => {
    const client = world.visitor()
    const callback = approve(name, await client.begin(name))
    const browserCookie = client.cookies.get('sign-in') ?? ''
    await client.arrive(callback)
    await expectRefused(async () => {
      const thief = world.visitor()
      thief.cookies.set('sign-in', browserCookie)
      await thief.arrive(callback)
      return thief
    })
    await expectRefused(async () => {
      const denied = world.visitor()
      const second = approve(name, await denied.begin(name))
      const code = second.searchParams.get('code') ?? ''
      second.searchParams.delete('code')
      second.searchParams.set('error', 'access_denied')
      await denied.arrive(second)
      second.searchParams.delete('error')
      second.searchParams.set('code', code)
      await denied.arrive(second)
      return denied
    }, 2)
  })

  test('refuses one that took longer than ten minutes', async () => {
    await expectRefused(async () => {
      const client = world.visitor()
      const callback = approve(name, await client.begin(name))
      ahead = 10 * 60_000 + 1_000
      await client.arrive(callback)
      ahead = 0
      return client
    })
  })

  test.each([
    'access_denied',
    'server_error',
    'invalid_scope',
    '<script>alert(1)</script>',
    '',
    'x'.repeat(2_000),
  ])('with error=%s shows a plain sentence', async (error) => {
    await expectRefused(async () => {
      const client = world.visitor()
      const callback = approve(name, await client.begin(name))
      callback.searchParams.delete('code')
      callback.searchParams.set('error', error)
      callback.searchParams.set('error_description', '<img src=x onerror=alert(1)>')
      const answer = await client.arrive(callback)
      const page = await client.get(answer.headers.location ?? '')
      expect(page.text).toMatch(error === 'access_denied' ? /You said no/ : /could not be trusted/)
      expect(page.text).not.toMatch(/onerror|<script>alert/)
      return client
    })
  })

  test.each(['', 'wrong', 'x'.repeat(4_000), '\0', '../..'])('refuses the code %j', async (code) => {
    // Issuers that tests speak for take any code; the strict ones are in browser-sign-in.test.ts.
    if (name !== 'discord' && name !== 'github') return
    await expectRefused(async () => {
      const client = world.visitor()
      const callback = approve(name, await client.begin(name))
      callback.searchParams.set('code', code)
      await client.arrive(callback)
      return client
    })
  })

  test('refuses the code of another browser, and that browser’s state with it', async () => {
    if (name !== 'discord' && name !== 'github') return
    const [victim, thief] = [world.visitor(), world.visitor()]
    const theirs = approve(name, await victim.begin(name))
    const own = approve(name, await thief.begin(name))
    await expectRefused(async () => {
      own.searchParams.set('code', theirs.searchParams.get('code') ?? '')
      await thief.arrive(own)
      await thief.arrive(theirs)
      return thief
    }, 2)
  })
})

describe('a hostile second issuer (S2)', () => {
  test.each([{ iss: 'https://evil.example' }, { iss: '' }, { iss: 'null' }])(
    'whose answer says %j never gets the code',
    async (extra) => {
      await expectRefused(async () => {
        const client = world.visitor()
        const asked = world.google.asked.filter((path) => path === '/token').length
        const callback = world.google.approve(await client.begin('google'), extra)
        if (extra.iss === '') callback.searchParams.append('iss', 'https://evil.example')
        await client.arrive(callback)
        expect(world.google.asked.filter((path) => path === '/token').length).toBe(asked)
        return client
      })
    },
  )

  test('that promises to name itself and does not is refused, and its code goes nowhere', async () => {
    await using own = await openLoginWorld({ database: world.database })
    own.google.metadata = { authorization_response_iss_parameter_supported: true }
    const client = own.visitor()
    await client.arrive(own.google.approve(await client.begin('google')))
    expect(client.cookies.has('session')).toBe(false)
    expect(own.google.asked).not.toContain('/token')
  })

  test.each([{ issuer: 'https://accounts.google.com' }, { issuer: 'http://127.0.0.4' }, { issuer: '' }])(
    'whose description says %j is not used at all',
    async (metadata) => {
      await using own = await openLoginWorld({ database: world.database })
      own.authentik.metadata = metadata
      const answer = await own.visitor().get('/sign-in/authentik')
      expect(answer.headers.location).toBe('/sign-in?problem=away&back=%2F')
      expect(own.authentik.asked).not.toContain('/token')
    },
  )

  test('that answers for another provider is refused before any code is exchanged', async () => {
    await expectRefused(async () => {
      const client = world.visitor()
      const asked = world.google.asked.length
      const callback = world.twitch.approve(await client.begin('twitch'))
      callback.pathname = '/sign-in/google/callback'
      await client.arrive(callback)
      expect(world.google.asked.length).toBe(asked)
      return client
    })
  })
})
