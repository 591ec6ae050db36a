import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { sql } from '#core/store/drizzle.ts'
import { acceptTurn } from '#core/store/turns.ts'
import { type Answer, ask } from '#test/support/http-ask.ts'
import type { CookieClient } from '#test/support/oauth/cookie-client.ts'
import { type LoginWorld, openLoginWorld } from '#test/support/oauth/login-world.ts'
import { type Attack, type Route, routeTable, type Victim } from './route-table.ts'

const canary = 'what only Ann may read'
const ann = '80351110224678912'
let world: LoginWorld
let annsBrowser: CookieClient
let ben: CookieClient
let annId: string
let table: Readonly<Record<string, Route>>

beforeAll(async () => {
  world = await openLoginWorld({ web: { answerWaitMs: 20 } })
  annsBrowser = await world.signedIn('ann')
  ben = await world.signedIn('ben')
  table = routeTable(await plant())
})
afterAll(async () => await world[Symbol.asyncDispose]())

async function one(query: ReturnType<typeof sql>): Promise<string> {
  const { rows } = await world.database.db.execute(query)
  return String(Object.values(rows[0] ?? {})[0])
}

/** A conversation, an overlay and a session of Ann's. */
async function plant(): Promise<Victim> {
  const { db } = world.database
  annId = await one(sql`select person_id from identities where platform_user_id = ${ann}`)
  const author = { platform: 'web', platformUserId: annId, displayName: 'Ann' } as const
  const messageId = randomUUID()
  const turn = turnIdOf(author, messageId)
  await acceptTurn(db, {
    v: 1,
    id: turn,
    type: 'chat.request',
    at: Date.now(),
    correlationId: turn,
    turnId: turn,
    author,
    messageId,
    text: canary,
    place: { kind: 'web', id: `${annId}/secret-talk` },
  })
  await db.execute(
    sql`update turns set status = 'complete', reply = ${canary}, finished_at = now() where id = ${turn}`,
  )
  await annsBrowser.post('/overlays', { name: canary, source: 'page', place: '' })
  return {
    turn,
    talk: 'secret-talk',
    talkId: await one(sql`select id from conversations where place_id = ${`${annId}/secret-talk`}`),
    overlay: await one(sql`select id from overlays where owner_id = ${annId}`),
    session: await one(sql`select id from sessions where person_id = ${annId}`),
    account: ann,
  }
}

/** Everything of Ann's that somebody could change. */
async function annsThings(): Promise<string> {
  const rows = [
    await one(sql`select json_agg(t order by id)::text from turns t where platform_user_id = ${annId}`),
    await one(sql`select json_agg(o order by id)::text from overlays o where owner_id = ${annId}`),
    await one(sql`select json_agg(i order by platform)::text from identities i where person_id = ${annId}`),
    await one(sql`select json_agg(s.id order by id)::text from sessions s where person_id = ${annId}`),
    await one(sql`select json_agg(p)::text from people p where id = ${annId}`),
  ]
  return rows.join('\n')
}

const known = () => [
  ...new Set(
    world.web.web.routes.flatMap(({ method, path }) => (method === 'ALL' ? [] : [`${method} ${path}`])),
  ),
]

const concrete = (route: string) => {
  const [method = '', path = ''] = route.split(' ')
  const entry = table[route]
  const attack: Attack = typeof entry === 'object' ? entry : { path: path.replace(/:\w+|\*/g, 'x') }
  return { method, ...attack }
}

const send = async (
  client: CookieClient,
  route: string,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const { method, path, fields } = concrete(route)
  return method === 'GET' ? await client.get(path, headers) : await client.post(path, fields, headers)
}

describe('every route', () => {
  test('is in the table of whose it is, and the table knows no others', () => {
    expect(known().toSorted()).toEqual(Object.keys(table).toSorted())
  })

  test('that is not for anyone refuses strangers', async () => {
    for (const route of known().filter((name) => table[name] !== 'anyone')) {
      const answer = await send(world.visitor(), route)
      const location = answer.headers.location ?? ''
      const isRefused = answer.status === 401 || (answer.status === 303 && location.startsWith('/sign-in?'))
      expect([route, answer.status, isRefused]).toEqual([route, answer.status, true])
      expect(answer.text).not.toContain(canary)
    }
  })

  test('for administrators refuses everybody else', async () => {
    for (const route of known().filter((name) => table[name] === 'admins')) {
      const answer = await send(ben, route)
      expect([route, [403, 404].includes(answer.status)]).toEqual([route, true])
    }
  })

  test('gives nobody what is somebody else’s, and changes nothing of it (S9)', async () => {
    const before = await annsThings()
    for (const route of known().filter((name) => typeof table[name] === 'object')) {
      const answer = await send(ben, route)
      expect([route, answer.text.includes(canary)]).toEqual([route, false])
      expect([route, await annsThings()]).toEqual([route, before])
    }
  })

  test('takes no role, owner or person from what it is sent (S10)', async () => {
    const before = await annsThings()
    const smuggled = {
      user_id: annId,
      userId: annId,
      personId: annId,
      ownerId: annId,
      platformUserId: annId,
      'author[platformUserId]': annId,
      role: 'admin',
      isAdmin: 'true',
      scope: 'admin',
      owner: 'true',
      __proto__: annId,
      'constructor[prototype][isAdmin]': 'true',
    }
    const names = ['x-user-id', 'x-role', 'x-owner', 'x-person-id', 'x-forwarded-user', 'authorization']
    const headers = Object.fromEntries(names.map((name) => [name, name === 'x-role' ? 'admin' : annId]))
    for (const route of known()) {
      if (/delete|sign-out|forget/.test(route)) continue
      const { method, path, fields } = concrete(route)
      const query = `${path.includes('?') ? '&' : '?'}${new URLSearchParams(smuggled)}`
      const answer =
        method === 'GET'
          ? await ben.get(`${path}${query}`, headers)
          : await ben.post(`${path}${query}`, { ...fields, ...smuggled }, headers)
      expect([route, answer.text.includes(canary)]).toEqual([route, false])
    }
    expect(await annsThings()).toBe(before)
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  test('that changes something refuses other sites (S17)', async () => {
    const before = await annsThings()
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'same-site' },
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { origin: 'file://', 'sec-fetch-site': 'none' },
    ]
    for (const route of known().filter((name) => name.startsWith('POST')))
      for (const headers of foreign) {
        const { path, fields } = concrete(route)
        const answer = await annsBrowser.post(path, fields, headers)
        expect([route, headers, answer.status]).toEqual([route, headers, 403])
      }
    expect(await annsThings()).toBe(before)
    expect((await annsBrowser.get('/connect')).status).toBe(200)
  })

  test('answers preflights and foreign origins with no permission (S17)', async () => {
    for (const route of known()) {
      const { path } = concrete(route)
      const answer = await ask(world.web.origin, {
        method: 'OPTIONS',
        path,
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      })
      const reflected = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))
      expect([route, reflected]).toEqual([route, []])
    }
  })

  test('has a policy without inline code, and forbids sniffing and frames', async () => {
    for (const route of known()) {
      if (/delete|sign-out/.test(route)) continue
      for (const client of [world.visitor(), annsBrowser]) {
        const { headers } = await send(client, route)
        const policy = headers['content-security-policy'] ?? ''
        expect([route, headers['x-content-type-options']]).toEqual([route, 'nosniff'])
        expect([route, policy]).toEqual([route, expect.stringContaining("default-src 'none'")])
        expect([route, policy]).toEqual([
          route,
          expect.not.stringMatching(/unsafe-eval|script-src[^;]*unsafe/),
        ])
        if (route !== 'GET /o/:id')
          expect([route, policy]).toEqual([route, expect.not.stringContaining('unsafe')])
        expect([route, policy]).toEqual([route, expect.stringMatching(/frame-ancestors '(none|self)'/)])
        expect([route, headers['strict-transport-security']]).toEqual([route, undefined])
      }
    }
  })
})

describe('forms of a path (S21)', () => {
  const forms = (path: string) => [
    `/${path}`,
    `//${path.slice(1)}/`,
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}%2f`,
    `${path}%00`,
    `${path}%20`,
    `${path};x=1`,
    `${path}.html`,
    `${path}?_method=GET`,
    `/.${path}`,
    `/./${path.slice(1)}`,
    `/assets/..${path}`,
    `/assets/%2e%2e${path}`,
    `/assets/..%2f${path.slice(1)}`,
    `/sign-in/..${path}`,
    `/sign-in/%2e%2e${path}`,
    `/o/..${path}`,
    `/livez/..${path}`,
    path.toUpperCase(),
    path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    path.replaceAll('/', '%2f'),
    path.replaceAll('/', '\\'),
  ]
  const methods = ['GET', 'HEAD', 'TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'OPTIONS']
  const schemes = [
    'Basic YWRtaW46YWRtaW4=',
    'Bearer x',
    'Digest username="admin"',
    'Negotiate x',
    'Bearer null',
  ]

  test('never show a stranger what the plain form would not', async () => {
    const paths = [
      '/overlays',
      '/identity',
      '/account',
      '/connect',
      '/account/export',
      '/c/secret-talk',
      '/new',
      '/admin',
    ]
    let count = 0
    for (const path of paths) {
      const tries = [
        ...forms(path).map((form) => ({ method: 'GET', path: form })),
        ...methods.map((method) => ({ method, path })),
        ...schemes.map((authorization) => ({ method: 'GET', path, headers: { authorization } })),
        { method: 'GET', path, headers: { 'x-http-method-override': 'POST' } },
        { method: 'GET', path, headers: { 'x-original-url': '/livez', 'x-rewrite-url': path } },
        { method: 'GET', path: '/livez', headers: { 'x-original-url': path } },
        { method: 'GET', path, headers: { 'x-forwarded-prefix': '/livez' } },
      ]
      for (const question of tries) {
        count++
        const answer = await ask(world.web.origin, question).catch(() => undefined)
        const isProbe = answer?.text === '{"status":"alive"}'
        const isOverlayOrSignIn = /<title>(Overlay|Sign in)/.test(answer?.text ?? '')
        expect([
          question,
          isProbe || isOverlayOrSignIn || answer === undefined || answer.status >= 300,
        ]).toEqual([question, true])
      }
    }
    expect(count).toBeGreaterThanOrEqual(300)
  })
})
