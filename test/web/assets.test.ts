import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/http-ask.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'
import { loadClientModules } from '#web/assets/client-modules.ts'
import { compileStylesheet, stylesheetKey } from '#web/assets/compile-stylesheet.ts'
import { openAssets } from '#web/assets/open-assets.ts'
import { stripTypes } from '#web/assets/strip-types.ts'

let world: WebWorld
let html: string

beforeAll(async () => {
  world = await openWebWorld({ hasWorker: false })
  html = (await ask(world.origin, { path: '/' })).text
})
afterAll(async () => await world[Symbol.asyncDispose]())

const linked = (pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1] ?? '')
const scripts = () => linked(/<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)"/g)

async function gzippedSize(paths: readonly string[]): Promise<number> {
  const answers = await Promise.all(
    paths.map((path) => ask(world.origin, { path, headers: { 'accept-encoding': 'gzip' } })),
  )
  for (const answer of answers)
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'gzip'])
  return answers.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

describe('the first load of the chat page', () => {
  test('needs at most 20 KB of JavaScript, gzipped', async () => {
    expect(scripts().length).toBeGreaterThan(5)
    const size = await gzippedSize(scripts())
    expect(size).toBeGreaterThan(3_000)
    expect(size).toBeLessThanOrEqual(20_000)
  })

  test('needs at most 15 KB of CSS, gzipped', async () => {
    const sheets = linked(/<link rel="stylesheet" href="([^"]+)"/g)
    expect(sheets).toHaveLength(1)
    const size = await gzippedSize(sheets)
    // Less, and the plain stand-in was served.
    expect(size).toBeGreaterThan(3_000)
    expect(size).toBeLessThanOrEqual(15_000)
  })

  test('links every module that is loaded, so that none has to be discovered', async () => {
    const sources = await loadClientModules(new AbortController().signal).sources
    const names = scripts().map((path) => path.split('/').at(-1))
    for (const source of sources.values()) {
      for (const [, name] of source.matchAll(/^import .* from '\.\/([\w-]+\.ts)'/gm))
        expect(names).toContain(name)
      expect(source).not.toMatch(/^import (?!.* from '\.\/)/m)
    }
    const files = readdirSync('src/web/client').filter((name) => name.endsWith('.ts'))
    expect(names.toSorted()).toEqual(files.toSorted())
  })
})

describe('files for browsers', () => {
  test('are kept for ever under an address that changes with them, in the form the browser asks for', async () => {
    const [path = ''] = scripts()
    const forms = await Promise.all(
      ['', 'gzip', 'gzip, deflate, br', 'br;q=1.0', '*'].map((accepted) =>
        ask(world.origin, { path, headers: { 'accept-encoding': accepted } }),
      ),
    )
    expect(forms.map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'gzip',
      'br',
      'br',
      undefined,
    ])
    const [plain, zipped, brotli] = forms
    expect(gunzipSync(zipped?.bytes ?? '').toString()).toBe(plain?.text)
    expect(brotliDecompressSync(brotli?.bytes ?? '').toString()).toBe(plain?.text)
    for (const { headers } of forms) {
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
      expect(headers.vary).toBe('accept-encoding')
    }
    expect(path).toMatch(/^\/assets\/[0-9a-f]{16}\/[\w-]+\.ts$/)
  })

  test('are only those on the list', async () => {
    const folder = scripts()[0]?.replace(/[^/]+$/, '')
    for (const name of [
      'tsconfig.json',
      '../start-web.ts',
      '..%2fstart-web.ts',
      '%2e%2e/start-web.ts',
      'main.js',
      '',
      'MAIN.ts',
      'main.ts/',
      'main.ts%00',
    ]) {
      expect((await ask(world.origin, { path: `${folder}${name}` })).status, name).toBe(404)
    }
  })

  test('hold JavaScript without types, and nothing that a strict policy forbids', async () => {
    expect(stripTypes('const a: number = 1 as number // kept')).toBe('const a         = 1           // kept')
    for (const source of (await loadClientModules(new AbortController().signal).sources).values()) {
      expect(source).not.toMatch(/\b(interface|import type)\b .*[{;]$/m)
      expect(source).not.toMatch(/\beval\(|new Function|document\.write|setAttribute\('style'/)
    }
  })
})

describe('the style sheet', () => {
  test('is compiled once and then read from its folder', async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'companions-css-'))
    try {
      const signal = AbortSignal.timeout(30_000)
      const key = await stylesheetKey()
      const css = await compileStylesheet({ key, cacheDir, signal })
      expect(css).toContain('.stage')
      expect(await readdir(cacheDir)).toEqual([`app-${key}.css`])
      const aborted = AbortSignal.abort(new Error('must not compile again'))
      expect(await compileStylesheet({ key, cacheDir, signal: aborted })).toBe(css)
    } finally {
      await rm(cacheDir, { recursive: true })
    }
  })

  test('has both looks, follows the system, and loads nothing', async () => {
    const css = (await ask(world.origin, { path: linked(/<link rel="stylesheet" href="([^"]+)"/g)[0] ?? '' }))
      .text
    expect(css).toMatch(/\[data-theme="?night"?\]/)
    expect(css).toMatch(/\[data-theme="?paper"?\]/)
    expect(css).toContain('prefers-color-scheme:dark')
    expect(css).toContain('prefers-reduced-motion')
    expect(css).not.toMatch(/url\((?!#)|@import/)
  })

  test('that cannot be compiled is replaced by a plain one, for now, and the log says so', async () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'warn', write: (line) => lines.push(line) })
    const compile = async () => await Promise.reject(new Error('no native part here'))
    const assets = await openAssets({
      dataDir: '.cache/none',
      logger,
      signal: new AbortController().signal,
      compile,
    })
    await assets.ready
    const { Hono } = await import('hono')
    const app = new Hono().get('/assets/*', async (context) => await assets.serve(context))
    const answer = await app.request(assets.stylesheetUrl)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).toContain('color-scheme: light dark')
    expect(lines.join('')).toContain('pages look plain')
  })
})

test('the words of the pages are kept in one place', () => {
  const composer = readFileSync('src/web/chat/composer.ts', 'utf8')
  expect(composer).not.toMatch(/aria-label="[A-Z]|placeholder="[A-Z]/)
})
