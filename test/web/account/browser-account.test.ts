import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { setSetting } from '#core/store/settings.ts'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { ask, post } from '#test/support/http-ask.ts'
import { answering, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { hummingVoice, openWebWorld, type WebWorld } from '#test/support/web-world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }))

const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { colorScheme, viewport: { width: 1_100, height: 900 } },
  { colorScheme, viewport: { width: 390, height: 844 } },
])

const pictures = process.env.PICTURES

const Focused = z.object({ html: z.string(), isSeen: z.boolean() }).nullable()
const lookAtFocus = `document.activeElement === document.body ? null : {
  html: document.activeElement.outerHTML.slice(0, 200),
  isSeen: getComputedStyle(document.activeElement).outlineStyle !== 'none',
}`

describeInBrowser('the account and admin pages', () => {
  let browser: Browser
  let world: WebWorld

  beforeAll(async () => {
    browser = await launchBrowser()
    const sentence = 'the speech recogniser at http://whisper.lab does not answer. Look whether it runs.'
    world = await openWebWorld({
      chatModel: scriptedModel(answering('A lantern walked ', 'into a tea house and warmed its hands.')),
      synthesizer: { ...hummingVoice, voices: ['slt', 'rms'] },
      checkHealth: async () => [{ service: 'stt', address: 'http://whisper.lab', ok: false, sentence }],
    })
    await world.web.ready
    for (const [index, text] of [
      'Tell me a short story',
      'Which tea goes with rain?',
      'And with snow?',
    ].entries())
      await post(world.origin, '/chat/send', {
        conversation: index > 0 ? 'tea' : 'home',
        key: `key-${index}-test`,
        text,
      })
    await post(world.origin, '/overlays', { name: 'Main scene', source: 'page', place: '' })
    await setSetting(world.database.db, 'discord:guild:77', 'persona', { name: 'Ember', style: 'Brief.' })
  })
  afterAll(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
  })

  async function open(path: string, look: (typeof looks)[number], more: object = {}): Promise<Page> {
    const page = await browser.newPage({ ...look, reducedMotion: 'reduce', ...more })
    page.setDefaultTimeout(10_000)
    await page.goto(`${world.origin}${path}`)
    return page
  }

  async function take(page: Page, name: string, look: (typeof looks)[number]): Promise<void> {
    if (pictures === undefined) return
    const width = look.viewport.width > 500 ? 'wide' : 'phone'
    await page.screenshot({ path: `${pictures}/${name}-${look.colorScheme}-${width}.png`, fullPage: true })
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe)
    const found = Violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'))
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  test.each(looks)('axe finds nothing on any of them, also when all is open: %j', async (look) => {
    const page = await open('/account?saved=you', look, { bypassCSP: true })
    expect(await violations(page), 'account').toEqual([])
    await take(page, 'account', look)
    for (const summary of await page.locator('summary').all()) await summary.click()
    expect(await violations(page), 'all open').toEqual([])
    await take(page, 'account-open', look)
    await page.getByRole('link', { name: 'Look at Which tea' }).click()
    expect(await violations(page), 'talk').toEqual([])
    await take(page, 'talk', look)
    await page.goto(`${world.origin}/admin`)
    for (const summary of await page.locator('summary').all()) await summary.click()
    expect(await violations(page), 'admin').toEqual([])
    await take(page, 'admin', look)
    const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    expect(isWide, 'nothing sticks out').toBe(false)
    await page.close()
  })

  test('the index stays in sight, and each of its links leads to its section', async () => {
    const page = await open('/account', { colorScheme: 'light', viewport: { width: 390, height: 700 } })
    const index = page.getByRole('navigation', { name: 'On this page' })
    await index.getByRole('link', { name: 'Privacy' }).click()
    await page.getByRole('heading', { name: 'Privacy' }).waitFor()
    const [bar, heading] = [await index.boundingBox(), await page.locator('#privacy').boundingBox()]
    expect(bar?.y).toBe(0)
    expect(heading?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0))
    expect(heading?.y).toBeLessThan(700)
    await page.close()
  })

  test('everything can be reached with the keyboard, and shows where one is', async () => {
    const page = await open(
      '/account',
      looks[0] ?? { colorScheme: 'light', viewport: { width: 1_100, height: 900 } },
    )
    const wanted = await page
      .locator('main')
      .evaluate(
        (main) =>
          main.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')
            .length,
      )
    const walked = new Set<string>()
    for (let step = 0; step < 2 * wanted; step++) {
      await page.keyboard.press('Tab')
      const at = Focused.parse(await page.evaluate(lookAtFocus))
      if (at === null) continue
      expect(at.isSeen, at.html).toBe(true)
      walked.add(at.html)
    }
    for (const name of [
      'name="name"',
      'name="language"',
      'name="style"',
      'name="voice"',
      'value="off"',
      'download',
    ])
      expect(
        [...walked].some((html) => html.includes(name)),
        name,
      ).toBe(true)
    await page.close()
  })

  test('works without JavaScript, down to deleting everything', async () => {
    const page = await open(
      '/account',
      { colorScheme: 'light', viewport: { width: 1_100, height: 900 } },
      { javaScriptEnabled: false },
    )
    await page.getByLabel(/calls you/).fill('Ada')
    await page.getByLabel('Language of the answers').selectOption('de')
    await page.getByRole('button', { name: 'Save' }).first().click()
    await page.getByText('It counts from the next answer on.').waitFor()
    expect(await page.getByLabel(/calls you/).inputValue()).toBe('Ada')
    await page.getByRole('button', { name: 'Do not listen to me' }).click()
    await page.getByRole('button', { name: 'Listen to me again' }).waitFor()
    await page.locator('summary', { hasText: 'Delete everything' }).click()
    await page.getByLabel(/to go on/).fill('delete everything')
    await page.getByRole('button', { name: 'Delete everything now' }).click()
    await page.getByRole('heading', { name: 'Everything is deleted' }).waitFor()
    await take(page, 'gone', { colorScheme: 'light', viewport: { width: 1_100, height: 900 } })
    await page.close()
  })

  test.each(['/account', '/admin'])(
    '%s needs at most 20 KB of JavaScript and 15 KB of CSS, gzipped',
    async (path) => {
      const { text } = await ask(world.origin, { path })
      const links = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, url = '']) => url)
      const sizeOf = async (urls: readonly string[]) => {
        const headers = { 'accept-encoding': 'gzip' }
        const answers = await Promise.all(urls.map((url) => ask(world.origin, { path: url, headers })))
        return answers.reduce((sum, { bytes }) => sum + bytes.length, 0)
      }
      const css = await sizeOf(links(/<link rel="stylesheet" href="([^"]+)"/g))
      const js = await sizeOf(links(/<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)"/g))
      expect(css).toBeGreaterThan(3_000)
      expect(css).toBeLessThanOrEqual(15_000)
      expect(js).toBeLessThanOrEqual(20_000)
    },
  )
})
