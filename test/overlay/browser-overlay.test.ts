import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { publishStage } from '#core/bus/stage-bus.ts'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { eventually } from '#test/support/eventually.ts'
import { post } from '#test/support/http-ask.ts'
import { changeSettings, createOverlay, type TestOverlay } from '#test/support/stage/overlays.ts'
import {
  audioEvent,
  captionEvent,
  cutEvent,
  faceEvent,
  mouthEvent,
  saidEvent,
  startEvent,
  stateEvent,
} from '#test/support/stage/stage-events.ts'
import { tinyMotion } from '#test/support/stage/tiny-motion.ts'
import { upload } from '#test/support/stage/upload.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'
import { xssPayloads } from '#test/support/xss-payloads.ts'

const Pictures = z.array(z.object({ at: z.number(), mouth: z.number(), face: z.number(), glow: z.number() }))

/** Keeps what each picture showed, on the machine's clock. */
const watch = `
globalThis.pictures = []
globalThis.overlayProbe = ({ now, mouth, expressions, glow }) =>
  pictures.push({ at: performance.timeOrigin + now, mouth: mouth[0], face: expressions.get('happy') ?? 0, glow })
`

describeInBrowser('the overlay', () => {
  let browser: Browser
  let world: WebWorld
  let count = 0
  const faults: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await openWebWorld({ hasWorker: false })
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(faults.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
  })

  async function open(settings: Readonly<Record<string, string>> = {}): Promise<[Page, TestOverlay]> {
    const place = `20000000000000${1_000 + ++count}`
    const overlay = await createOverlay(world.origin, 'Main scene', place)
    const looks = { captions: 'on', wordByWord: 'on', delayMs: '0', place }
    await changeSettings(world.origin, overlay, { ...looks, ...settings })
    const page = await browser.newPage({ viewport: { width: 400, height: 300 } })
    page.on('pageerror', ({ message }) => faults.push(message))
    await page.addInitScript(watch)
    await page.goto(overlay.address)
    const figure = settings.quality === 'auto' ? 'picture' : 'avatar'
    await page.locator(`[data-online="true"][data-figure="${figure}"]`).waitFor()
    return [page, overlay]
  }

  const now = () => performance.timeOrigin + performance.now()
  const pictures = async (page: Page) => Pictures.parse(await page.evaluate('pictures'))

  test('shows the avatar on nothing, with a face, a mouth and a caption that come with the voice', async () => {
    const [page, { stage }] = await open()
    const corner = await page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: 8, height: 8 } })
    expect(corner.length).toBeLessThan(200)
    const playAt = now() + 150
    publishStage(world.bus, stage, stateEvent('speaking'))
    publishStage(world.bus, stage, faceEvent('happy', playAt))
    publishStage(world.bus, stage, startEvent('u', playAt))
    publishStage(world.bus, stage, mouthEvent('u', { playAt, levels: Array.from({ length: 60 }, () => 1) }))
    publishStage(world.bus, stage, captionEvent('u', 'three spoken words', playAt, 300))
    await page.locator('[data-captions] .is-said').nth(2).waitFor()
    expect(await page.locator('[data-captions]').textContent()).toBe('three spoken words ')
    await page.locator('[data-captions] p').waitFor({ state: 'detached' })
    const seen = await pictures(page)
    expect(seen.filter(({ at }) => at < playAt - 30).every(({ mouth }) => mouth === 0)).toBe(true)
    expect(Math.max(...seen.map(({ mouth }) => mouth))).toBeCloseTo(0.85, 1)
    expect(Math.max(...seen.map(({ face }) => face))).toBe(1)
    expect(seen.at(-1)?.mouth).toBe(0)
  })

  test('closes the mouth within 80 ms of a cut, and takes the caption away', async () => {
    const [page, { stage }] = await open()
    const playAt = now() + 100
    publishStage(world.bus, stage, startEvent('u', playAt))
    publishStage(world.bus, stage, mouthEvent('u', { playAt, levels: Array.from({ length: 500 }, () => 1) }))
    publishStage(world.bus, stage, captionEvent('u', 'a sentence that is never finished today', playAt))
    await eventually(async () => ((await pictures(page)).at(-1)?.mouth ?? 0) > 0.5)
    const cutAt = now()
    publishStage(world.bus, stage, cutEvent('u', Math.floor((cutAt - playAt) / 20), Math.round(cutAt)))
    await page.locator('[data-captions] p').waitFor({ state: 'detached' })
    const after = (await pictures(page)).filter(({ at }) => at > cutAt + 80 + 20)
    expect(after.length).toBeGreaterThan(0)
    expect(Math.max(...after.map(({ mouth }) => mouth))).toBeLessThan(0.06)
  })

  test('shows what people said as text, whatever it is', async () => {
    const [page, { stage }] = await open({ bubbles: 'on' })
    for (const payload of xssPayloads.slice(0, 12)) {
      publishStage(world.bus, stage, saidEvent(payload.slice(0, 150), payload))
      publishStage(world.bus, stage, captionEvent('x', payload.slice(0, 400), now(), 1))
    }
    const list = page.locator('[data-bubbles] li')
    await list.nth(2).waitFor()
    expect(await list.count()).toBe(3)
    expect(await page.locator('[data-bubbles] :not(li, strong), [data-captions] :not(p, span)').count()).toBe(
      0,
    )
  })

  test('moves as the owner’s motion has it, and still opens its mouth', async () => {
    const [page, { id, stage }] = await open()
    await upload(world.origin, id, tinyMotion())
    await page.waitForResponse((response) => response.url().includes('/stage/avatars/'))
    await page.locator('[data-figure="avatar"]').waitFor()
    expect(await page.locator('[data-trouble]').count()).toBe(0)
    const playAt = now() + 100
    publishStage(world.bus, stage, mouthEvent('u', { playAt, levels: Array.from({ length: 200 }, () => 1) }))
    await eventually(async () => ((await pictures(page)).at(-1)?.mouth ?? 0) > 0.5)
  })

  test('rolls two lines of a sentence upwards', async () => {
    const [page, { stage }] = await open()
    const at = now() + 100
    publishStage(world.bus, stage, captionEvent('u', 'the first line', at, 200))
    publishStage(world.bus, stage, captionEvent('u', 'and the second', at + 600, 900))
    await page.locator('[data-captions] p').nth(1).waitFor()
    expect(await page.locator('[data-captions] p').allTextContents()).toEqual([
      'the first line ',
      'and the second ',
    ])
  })

  test('goes on after the graphics card was lost', async () => {
    const [page] = await open()
    const lose = `(() => {
      const gl = document.querySelector('canvas').getContext('webgl2')
      globalThis.lost = gl.getExtension('WEBGL_lose_context')
      lost.loseContext()
    })()`
    await page.evaluate(lose)
    await page.locator('[data-figure="picture"]').waitFor()
    await page.evaluate('lost.restoreContext()')
    await page.locator('[data-figure="avatar"]').waitFor()
    const drawn = (await pictures(page)).length
    await eventually(async () => (await pictures(page)).length > drawn + 3)
  })

  test('is a flat picture where a processor would have to draw', async () => {
    const [page, { stage }] = await open({ quality: 'auto' })
    publishStage(world.bus, stage, stateEvent('thinking'))
    await page.locator('.lumi[data-state="thinking"]').waitFor()
    expect(await page.locator('canvas').count()).toBe(0)
  })

  test('plays the voice itself when that is wanted, and only then', async () => {
    const [page, { stage, id }] = await open({ sound: 'on' })
    const playAt = now() + 100
    const levels = Array.from({ length: 50 }, () => 1)
    publishStage(world.bus, stage, mouthEvent('u', { playAt, levels }))
    publishStage(world.bus, stage, audioEvent('u', { playAt, levels }))
    await eventually(async () => (await pictures(page)).some(({ mouth }) => mouth > 0.5))
    const settings = { place: stage.slice(8), delayMs: '0', captions: 'on' }
    await changeSettings(world.origin, { id }, settings)
    publishStage(world.bus, stage, captionEvent('u', 'still here', now()))
    await page.locator('[data-captions] p').waitFor()
  })

  test('is an ember while the server is away, and comes back in the state that was kept', async () => {
    const [page] = await open()
    await world.restartWeb(async () => {
      await page.locator('[data-state="offline"]').waitFor()
      await eventually(async () => ((await pictures(page)).at(-1)?.glow ?? 1) < 0.12)
    })
    await page.locator('[data-online="true"][data-state="idle"]').waitFor()
  })

  test('loads itself anew, once, when the server has another build', async () => {
    const [page] = await open()
    await page.evaluate(`document.querySelector('[data-overlay]').dataset.build = 'older'`)
    await page.evaluate('globalThis.isOld = true')
    await world.restartWeb(async () => {})
    await eventually(async () => !(await page.evaluate('globalThis.isOld')))
    await page.locator('[data-online="true"]').waitFor()
    await page.evaluate(
      `document.querySelector('[data-overlay]').dataset.build = 'older'; globalThis.isKept = true`,
    )
    await world.restartWeb(async () => {
      await page.locator('[data-online="false"]').waitFor()
    })
    await page.locator('[data-online="true"]').waitFor()
    expect(await page.evaluate('globalThis.isKept')).toBe(true)
  })

  test('disappears at once when its address is taken back', async () => {
    const [page, { id }] = await open()
    await post(world.origin, `/overlays/${id}/remove`, {})
    await page.locator('[data-overlay]').waitFor({ state: 'hidden' })
  })

  test('stops drawing while its source is hidden, and goes on when it is shown', async () => {
    const [page] = await open()
    const toggle = (visible: boolean) =>
      page.evaluate(
        `dispatchEvent(new CustomEvent('obsSourceVisibleChanged', { detail: { visible: ${visible} } }))`,
      )
    await toggle(false)
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const before = (await pictures(page)).length
    await page.evaluate('new Promise((done) => setTimeout(done, 200))')
    expect((await pictures(page)).length).toBeLessThanOrEqual(before + 1)
    await toggle(true)
    await eventually(async () => (await pictures(page)).length > before + 3)
  })
})
