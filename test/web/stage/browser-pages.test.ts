import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { findOverlay } from '#core/store/overlays.ts'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { eventually } from '#test/support/eventually.ts'
import { createOverlay, createPageOverlay } from '#test/support/stage/overlays.ts'
import { StageViewer } from '#test/support/stage/stage-viewer.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }))

const looks = [
  { colorScheme: 'light', viewport: { width: 1_100, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1_100, height: 900 } },
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const

describeInBrowser('the pages of overlays', () => {
  let browser: Browser
  let world: WebWorld
  const faults: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await openWebWorld({ hasWorker: false })
    await world.web.ready
  })
  afterAll(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
  })

  async function open(
    path: string,
    look: (typeof looks)[number] = looks[0],
    bypassCSP = false,
  ): Promise<Page> {
    const page = await browser.newPage({ ...look, bypassCSP })
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(`${world.origin}${path}`)
    return page
  }

  async function make(page: Page, name: string): Promise<void> {
    const form = page.locator('.overlay-new')
    if (!(await form.getByRole('button').isVisible())) await form.locator('summary').click()
    await form.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('button', { name: 'Create overlay' }).click()
    await page.locator('[data-address]').waitFor()
  }

  /** axe is brought in from outside, which the policy of the pages forbids. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe)
    const found = Violations.parse(await page.evaluate('axe.run().then((result) => result.violations)'))
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  test.each(looks)('axe finds nothing: %j', async (look) => {
    const page = await open('/overlays', look, true)
    expect(await violations(page), 'list').toEqual([])
    await make(page, 'Main scene')
    for (const summary of await page.locator('.overlay-card').first().locator('summary').all())
      await summary.click()
    expect(await violations(page), 'made, all open').toEqual([])
    await page.getByRole('link', { name: 'Calibrate' }).first().click()
    await page.locator('[data-clap]').click()
    expect(await violations(page), 'calibration').toEqual([])
    await page.close()
  })

  test('an address is hidden until it is wanted', async () => {
    const page = await open('/overlays')
    await make(page, 'Hidden')
    const address = page.locator('[data-address]')
    expect(await address.getAttribute('type')).toBe('password')
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await address.getAttribute('type')).toBe('text')
    expect(await address.inputValue()).toMatch(/\/o\/[a-z2-7]+#[a-z2-7]{32}$/)
    await page.getByRole('button', { name: 'Copy address' }).click()
    await expect.poll(() => page.locator('[data-status]').textContent()).toBe('Copied')
    expect(faults.splice(0)).toEqual([])
    await page.close()
  })

  test('the delay follows the arrow keys and reaches the overlay that is open', async () => {
    const made = await createOverlay(world.origin)
    using viewer = await StageViewer.watch(world.origin, made)
    const page = await open(`/overlays/${made.id}/calibrate`)
    await page.locator('h1').click()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('ArrowLeft')
    expect(await page.locator('[data-delay-value]').textContent()).toBe('175 ms')
    await viewer.next('look', ({ settings }) => settings.delayMs === 175)
    await eventually(async () => {
      const found = await findOverlay(world.database.db, made.id)
      return z.object({ delayMs: z.literal(175) }).safeParse(found?.settings).success
    })
    expect(faults.splice(0)).toEqual([])
    await page.close()
  })

  test('where nobody can clap, the page says why and what to do', async () => {
    const made = await createOverlay(world.origin)
    const page = await open(`/overlays/${made.id}/calibrate`)
    await page.locator('[data-clap]').click()
    await page.getByText('not on Discord at the moment').waitFor()
    expect(await page.getByLabel('Clap in this page, too').isChecked()).toBe(false)
    expect(faults.splice(0)).toEqual([])
    await page.close()
  })

  test('a clap is seen on the stage at the time that both tracks show', async () => {
    const made = await createPageOverlay(world.origin)
    using viewer = await StageViewer.watch(world.origin, made)
    const page = await open(`/overlays/${made.id}/calibrate`)
    await page.locator('[data-clap]').click()
    const { playAt, frames } = await viewer.next('mouth')
    expect(Buffer.from(frames, 'base64')[0]).toBe(255)
    await page.locator('.track-sound.is-now').waitFor()
    const late = performance.timeOrigin + performance.now() - playAt
    expect(late).toBeGreaterThan(-20)
    await page.locator('.track-mouth.is-now').waitFor()
    expect(faults.splice(0)).toEqual([])
    await page.close()
  })
})
