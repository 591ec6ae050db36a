import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bus } from '#core/bus/bus.ts'
import { drizzle } from '#core/store/drizzle.ts'
import { ask, post } from '#test/support/http-ask.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

let world: WebWorld

beforeAll(async () => {
  world = await openWebWorld({ publicUrl: 'https://lumi.example.org', hasWorker: false })
})
afterAll(async () => await world[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}) => ask(world.origin, { path, headers })

describe('every answer', () => {
  test.each([
    ['the chat page', '/', 200],
    ['a conversation', '/c/some-talk', 200],
    ['the connect page', '/connect', 200],
    ['a redirect', '/new', 303],
    ['an unknown page', '/nowhere', 404],
    ['an unknown asset', '/assets/0123/none.ts', 404],
    ['a folder above', '/assets/../package.json', 404],
    ['the socket without an upgrade', '/chat/socket', 404],
    ['liveness', '/livez', 200],
    ['readiness', '/readyz', 200],
  ])('carries the security headers: %s', async (_, path, status) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    expectSecurityHeaders(answer.headers)
  })

  test('carries them also when it refuses', async () => {
    for (const answer of [
      await get('/', { host: 'evil.example' }),
      await ask(world.origin, { method: 'POST', path: '/theme' }),
      await post(world.origin, '/chat/send', { text: 'x'.repeat(200_000) }),
      await post(world.origin, '/theme', { theme: 'pink', back: '/' }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expectSecurityHeaders(answer.headers)
      expect(answer.text).toContain('Back to the conversation')
    }
  })

  test('has no script, style or address of elsewhere in it', async () => {
    for (const path of ['/', '/connect', '/nowhere']) {
      const { text } = await get(path)
      expect(text).not.toMatch(/ style=| on\w+=|<style/)
      expect(text.replace(/<script type="application\/json".*?<\/script>/, '')).not.toMatch(
        /<script(?![^>]* src="\/assets\/)/,
      )
      expect(text).not.toMatch(/(?:src|href)="(?!\/|#)/)
    }
  })
})

function expectSecurityHeaders(headers: Readonly<Record<string, unknown>>): void {
  const policy = String(headers['content-security-policy'])
  for (const rule of [
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]) {
    expect(policy).toContain(rule)
  }
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000',
  })
  expect(headers['permissions-policy']).toContain('microphone=()')
  expect(headers['access-control-allow-origin']).toBeUndefined()
  expect(headers['cache-control']).toBe('no-store')
}

describe('requests that are not for us or not from us', () => {
  test.each(['evil.example', 'localhost.evil.example', '192.168.0.7', 'lumi.example.org.evil.example'])(
    'addressed to %s are refused on every page',
    async (host) => {
      for (const path of ['/', '/connect', '/nowhere', '/assets/x', '/chat/turns/x/speech']) {
        expect((await get(path, { host })).status).toBe(421)
      }
    },
  )

  test.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    {},
    { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
  ])('from another page change nothing: %j', async (headers) => {
    for (const path of ['/chat/send', '/chat/regenerate', '/chat/stop', '/theme', '/nowhere']) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ask(world.origin, {
        method: 'POST',
        path,
        headers: { ...headers, ...form },
        body: 'theme=night&back=/',
      })
      expect(answer.status).toBe(403)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  test('by unusual methods and spellings reach nothing', async () => {
    const own = { origin: world.origin, 'sec-fetch-site': 'same-origin' }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of ['/', '/chat/send', '/theme']) {
        const answer = await ask(world.origin, { method, path, headers: own })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    }
    for (const path of [
      '//',
      '/C/home',
      '/c/Home',

      '/c/a%2fb',
      '/c/..%2f..',
      '/CHAT/SEND',
      '/assets/%2e%2e/x',
      '/c/home/',
      `/c/${'a'.repeat(99)}`,
    ]) {
      expect((await get(path)).status, path).toBe(404)
    }
  })

  test('are not read further than the limit, with or without a length', async () => {
    expect((await post(world.origin, '/chat/send', { text: 'x'.repeat(140_000) })).status).toBe(413)
    expect(await sendEndlessBody(new URL(world.origin).port)).toMatch(/^HTTP\/1\.1 413 /)
  })
})

/** A chunked body that never ends; resolves with the answer that comes all the same. */
async function sendEndlessBody(port: string): Promise<string> {
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  let answer = ''
  socket.on('data', (data) => {
    answer += data.toString()
  })
  socket.write(
    `POST /chat/send HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: http://localhost:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  let sent = 0
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
  while (!answer && sent < 8_000_000) {
    socket.write(chunk)
    sent += chunk.length
    await new Promise(setImmediate)
  }
  await expect.poll(() => answer, { timeout: 10_000 }).not.toBe('')
  socket.destroy()
  return answer
}

describe('the chat page', () => {
  test('greets, offers things to try, and says what state the companion is in', async () => {
    const { text } = await get('/')
    expect(text).toContain('Hello, I&#39;m Lumi.')
    expect(text).toMatch(/name="text" value="What can you do\?"/)
    expect(text).toContain('<span data-state-word>listening</span>')
    expect(text).not.toContain('built-in demo')
  })

  test('tells a new conversation from an old one by its address only', async () => {
    const first = (await get('/new')).headers.location
    const second = (await get('/new')).headers.location
    expect(first).toMatch(/^\/c\/[a-z0-9]{20}$/)
    expect(second).not.toBe(first)
    expect((await get(String(first))).status).toBe(200)
  })

  test('escapes the persona’s name and greeting everywhere', async () => {
    const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>`
    const persona = { name: evil, greeting: evil }
    await using other = await openWebWorld({ persona, hasWorker: false, database: world.database })
    const { text } = await ask(other.origin, { path: '/' })
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('<img')
  })
})

describe('the look', () => {
  test.each([
    ['night', 'data-theme="night"'],
    ['paper', 'data-theme="paper"'],
  ])('is remembered in a cookie and drawn by the server: %s', async (theme, attribute) => {
    const answer = await post(world.origin, '/theme', { theme, back: '/connect' })
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/connect')
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/HttpOnly; .*SameSite=Lax|SameSite=Lax.*HttpOnly/i)
    const { text } = await get('/connect', { cookie: cookie.split(';')[0] ?? '' })
    expect(text).toContain(`<html lang="en" ${attribute}>`)
  })

  test('follows the system without a cookie, or with nonsense in it', async () => {
    for (const cookie of ['', 'theme=system', 'theme="><script>', 'theme=%00']) {
      expect((await get('/', { cookie })).text).toContain('<html lang="en">')
    }
  })

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/c/home@evil.example',
    '/connect/../..//evil.example',
    '/\t/evil.example',
    '',
    'http:evil.example',
    '/c/home\r\nset-cookie: x=1',
  ])('sends people back to our own pages only, not to %j', async (back) => {
    const answer = await post(world.origin, '/theme', { theme: 'night', back })
    expect(answer.headers.location).toBe('/')
  })

  test('leaves a form alone that is not ours', async () => {
    const json = { 'content-type': 'application/json', origin: world.origin, 'sec-fetch-site': 'same-origin' }
    expect(
      (await ask(world.origin, { method: 'POST', path: '/theme', headers: json, body: '{"theme":"night"}' }))
        .status,
    ).toBe(400)
    expect((await post(world.origin, '/theme', { theme: '__proto__', back: '/' })).status).toBe(400)
    expect((await post(world.origin, '/theme', {})).status).toBe(400)
  })
})

describe('the connect page', () => {
  test('shows how to connect Ollama, any OpenAI-shaped server and Ray Serve, and what is connected', async () => {
    const { text } = await get('/connect')
    for (const words of [
      'ollama pull',
      'LLM_URL=http://localhost:11434',
      'LLM_MODEL=',
      'RAY_SERVE_URL=',
      'a humming voice',
      'scripted',
    ]) {
      expect(text).toContain(words)
    }
  })
})

describe('health', () => {
  test('answers probes whatever the host, and names what is missing', async () => {
    expect(JSON.parse((await get('/livez', { host: '10.0.0.9:3000' })).text)).toEqual({ status: 'alive' })
    const ready = await get('/readyz', { host: '10.0.0.9:3000' })
    expect(JSON.parse(ready.text)).toMatchObject({
      status: 'ready',
      degraded: [],
      checks: { bus: 'connected', store: 'connected' },
    })
  })

  test('is degraded without the broker and unready without the database', async () => {
    const away: Bus = Object.create(world.bus, { status: { value: 'reconnecting' } })
    await using degraded = await openWebWorld({ bus: away, hasWorker: false, database: world.database })
    const answer = await ask(degraded.origin, { path: '/readyz' })
    expect([answer.status, JSON.parse(answer.text).status]).toEqual([200, 'degraded'])

    const store = { db: brokenDatabase() }
    await using unready = await openWebWorld({ store, hasWorker: false, database: world.database })
    const other = await ask(unready.origin, { path: '/readyz' })
    expect([other.status, JSON.parse(other.text).checks.store]).toEqual([503, 'unreachable'])
    const page = await ask(unready.origin, { path: '/' })
    expect(page.status).toBe(503)
    expect(page.text).toContain('The database does not answer')
    expect(page.text).not.toMatch(/ECONNREFUSED|Error|at \w+ \(/)
  })
})

/** Nobody listens there. */
function brokenDatabase() {
  return drizzle({ client: new pg.Pool({ host: '127.0.0.1', port: 1 }) })
}
