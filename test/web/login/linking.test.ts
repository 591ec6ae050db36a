import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#core/store/drizzle.ts'
import { ensureAuthor } from '#core/store/people.ts'
import type { CookieClient } from '#test/support/oauth/cookie-client.ts'
import { type LoginWorld, openLoginWorld, settingsOf } from '#test/support/oauth/login-world.ts'

let world: LoginWorld
let ahead = 0
beforeAll(async () => {
  world = await openLoginWorld({ signIn: { now: () => Date.now() + ahead } })
})
afterAll(async () => await world[Symbol.asyncDispose]())

/** The link on one's own page that begins linking. */
async function linkOf(client: CookieClient, provider: string): Promise<string> {
  const { text } = await client.get('/identity')
  const href = new RegExp(`href="(/sign-in/${provider}\\?for=link[^"]*)"`).exec(text)?.[1]
  if (href === undefined) throw new Error(`nothing links to ${provider}`)
  return href.replaceAll('&amp;', '&')
}

async function begin(client: CookieClient, path: string): Promise<URL> {
  return new URL((await client.get(path)).headers.location ?? '')
}

async function personOf(platform: string, id: string): Promise<unknown> {
  const { rows } = await world.database.db.execute(
    sql`select person_id from identities where platform = ${platform} and platform_user_id = ${id}`,
  )
  return rows[0]?.person_id
}

/** Signed in as somebody whom nobody has seen before. */
async function stranger(subject: string): Promise<CookieClient> {
  const client = world.visitor()
  world.google.subject = subject
  await client.arrive(world.google.approve(await client.begin('google')))
  return client
}

const ids = { ann: '80351110224678912', ben: '80351110224678913' }
const googleId = (subject: string) => `${subject}@${world.google.origin}`

describe('one person', () => {
  test('is who the bot knows: signing in with Discord is the account that wrote there', async () => {
    const { personId } = await ensureAuthor(world.database.db, {
      platform: 'discord',
      platformUserId: ids.ann,
      displayName: 'Ann on Discord',
    })
    await world.signedIn('ann')
    expect(await personOf('discord', ids.ann)).toBe(personId)
    expect(await personOf('web', personId)).toBe(personId)
  })

  test('links another account while signed in, and is the same with either', async () => {
    const client = await stranger('links-github')
    const authorization = await begin(client, await linkOf(client, 'github'))
    const answer = await client.arrive(world.github.approve(authorization, 'ann'))
    expect(answer.headers.location).toBe('/identity?done=linked')
    expect(await personOf('github', '5001')).toBe(await personOf('google', googleId('links-github')))
  })

  test('is made of two after a preview, with what both said; refusals stay (merge)', async () => {
    const { db } = world.database
    const bot = { platform: 'discord', platformUserId: ids.ben, displayName: 'Ben on Discord' } as const
    const { personId } = await ensureAuthor(db, bot)
    await db.execute(sql`update people set is_heard = false where id = ${personId}`)
    const client = await stranger('merges')
    const authorization = await begin(client, await linkOf(client, 'discord'))
    const offered = (await client.arrive(world.discord.approve(authorization, 'ben'))).headers.location ?? ''
    expect(offered).toMatch(/^\/identity\/merge\?offer=/)
    const page = await client.get(offered)
    expect(page.text).toContain('Discord Ben on Discord')
    expect(await personOf('discord', ids.ben)).toBe(personId)
    const offer = new URL(offered, world.web.origin).searchParams.get('offer') ?? ''

    const other = await world.signedIn('ann')
    expect((await other.post('/identity/merge', { offer: 'x'.repeat(43) })).headers.location).toContain(
      'gone',
    )
    expect((await client.post('/identity/merge', { offer })).headers.location).toBe('/identity?done=merged')
    const merged = await personOf('google', googleId('merges'))
    expect(await personOf('discord', ids.ben)).toBe(merged)
    const { rows } = await db.execute(sql`select is_heard from people where id = ${String(merged)}`)
    expect(rows).toEqual([{ is_heard: false }])
    expect((await client.post('/identity/merge', { offer })).headers.location).toContain('gone')
  })

  test('cannot be merged with an offer that another session was made (S4)', async () => {
    const owner = await stranger('offered')
    const authorization = await begin(owner, await linkOf(owner, 'discord'))
    const offered = (await owner.arrive(world.discord.approve(authorization, 'ann'))).headers.location ?? ''
    const offer = new URL(offered, world.web.origin).searchParams.get('offer') ?? ''
    const thief = await stranger('thief')
    expect((await thief.get(offered)).headers.location).toBe('/identity?problem=gone')
    expect((await thief.post('/identity/merge', { offer })).headers.location).toBe('/identity?problem=gone')
    expect(await personOf('discord', ids.ann)).not.toBe(await personOf('google', googleId('thief')))
  })

  test('keeps the last account that it can sign in with, and any other can go', async () => {
    const client = await stranger('unlinks')
    const fields = { platform: 'google', account: googleId('unlinks') }
    expect((await client.post('/identity/unlink', fields)).headers.location).toBe('/identity?problem=last')
    await begin(client, await linkOf(client, 'twitch'))
    world.twitch.subject = '141981764'
    await client.arrive(world.twitch.approve(await begin(client, await linkOf(client, 'twitch'))))
    const both = await Promise.all([
      client.post('/identity/unlink', fields),
      client.post('/identity/unlink', { platform: 'twitch', account: '141981764' }),
    ])
    expect(both.map(({ headers }) => headers.location).toSorted()).toEqual([
      '/identity?done=unlinked',
      '/identity?problem=last',
    ])
  })
})

describe('an account is never taken over (S4)', () => {
  test('by the same e-mail address or the same name elsewhere', async () => {
    const email = { email: 'ann@example.org', email_verified: true, preferred_username: 'ann', name: 'Ann' }
    const right = [world.google.makeToken, world.authentik.makeToken] as const
    const same: typeof world.google.makeToken = ({ claims }, issuer) => issuer.sign({ ...claims, ...email })
    world.google.makeToken = same
    world.authentik.makeToken = same
    try {
      for (const name of ['google', 'authentik'] as const) {
        const client = world.visitor()
        world[name].subject = `mail-${name}`
        await client.arrive(world[name].approve(await client.begin(name)))
      }
    } finally {
      ;[world.google.makeToken, world.authentik.makeToken] = right
    }
    const persons = await Promise.all([
      personOf('google', googleId('mail-google')),
      personOf('authentik', `mail-authentik@${world.authentik.origin}`),
    ])
    expect(new Set(persons).size).toBe(2)
    expect(persons).not.toContain(undefined)
  })

  test('by the same subject at another issuer', async () => {
    await using moved = await openLoginWorld({ database: world.database })
    for (const own of [world, moved]) {
      own.authentik.subject = 'same-subject'
      const client = own.visitor()
      await client.arrive(own.authentik.approve(await client.begin('authentik')))
      expect(client.cookies.has('session')).toBe(true)
    }
    const [first, second] = await Promise.all(
      [world, moved].map((own) => personOf('authentik', `same-subject@${own.authentik.origin}`)),
    )
    expect(first).not.toBe(second)
  })

  test('by a name that somebody gave up and another one took', async () => {
    const right = world.twitch.makeToken
    const handle = { preferred_username: 'a_nice_handle' }
    const people: unknown[] = []
    for (const subject of ['901', '902']) {
      world.twitch.subject = subject
      world.twitch.makeToken = ({ claims }, issuer) => issuer.sign({ ...claims, ...handle })
      const client = world.visitor()
      await client.arrive(world.twitch.approve(await client.begin('twitch')))
      people.push(await personOf('twitch', subject))
    }
    world.twitch.makeToken = right
    expect(new Set(people).size).toBe(2)
  })

  test.each([
    ['without a session', async (_: CookieClient, path: string) => await world.visitor().get(path)],
    [
      'from another site',
      async (client: CookieClient, path: string) =>
        await client.get(path, { 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'without the proof of the page',
      async (client: CookieClient) => await client.get('/sign-in/discord?for=link'),
    ],
    [
      'with the proof of another session',
      async (_: CookieClient, path: string) => await (await stranger('x')).get(path),
    ],
  ])('by linking %s', async (_, attack) => {
    const client = await stranger('victim')
    const answer = await attack(client, await linkOf(client, 'discord'))
    expect(answer.headers.location ?? '').not.toContain(world.discord.origin)
  })

  test('by a link that was begun in one session and finished in another', async () => {
    const [victim, thief] = [await stranger('victim'), await stranger('thief-2')]
    const authorization = await begin(thief, await linkOf(thief, 'github'))
    const callback = world.github.approve(authorization, 'ben')
    victim.cookies.set('sign-in', thief.cookies.get('sign-in') ?? '')
    expect((await victim.arrive(callback)).headers.location).toBe('/identity?problem=stale')
    expect(await personOf('github', '5002')).toBeUndefined()
  })

  test('by a browser that was left open: an old session must prove itself first', async () => {
    const client = await world.signedIn('ann')
    const link = await linkOf(client, 'authentik')
    ahead = 16 * 60_000
    try {
      const authorization = await begin(client, link)
      expect(authorization.origin).toBe(world.discord.origin)
      // Whoever sits there proves an account of their own instead.
      const other = await client.arrive(world.discord.approve(authorization, 'ben'))
      expect(other.headers.location).toBe('/identity?problem=other')
      expect(
        (await client.post('/identity/unlink', { platform: 'discord', account: ids.ann })).headers.location,
      ).toBe('/identity?problem=prove')
      const again = await client.arrive(world.discord.approve(await begin(client, link), 'ann'))
      expect(again.headers.location).toBe('/identity?done=proved')
    } finally {
      ahead = 0
    }
  })

  test('by unlinking what is somebody else’s', async () => {
    const client = await stranger('unlinker')
    const answer = await client.post('/identity/unlink', { platform: 'discord', account: ids.ann })
    expect(answer.status).toBe(404)
    expect(await personOf('discord', ids.ann)).toBeDefined()
  })

  test('by a provider that was taken out of the settings: it cannot be the only one left', async () => {
    const client = await stranger('provider-goes')
    await client.arrive(world.github.approve(await begin(client, await linkOf(client, 'github')), 'ben'))
    await using later = await openLoginWorld({ database: world.database })
    await using without = await openLoginWorld({
      database: world.database,
      signIn: { providers: settingsOf({ google: world.google }) },
    })
    expect((await later.visitor().get('/sign-in')).text).toContain('/sign-in/github')
    const again = without.visitor()
    world.google.subject = 'provider-goes'
    await again.arrive(world.google.approve(await again.begin('google')))
    const fields = { platform: 'google', account: googleId('provider-goes') }
    expect((await again.post('/identity/unlink', fields)).headers.location).toBe('/identity?problem=last')
  })
})
