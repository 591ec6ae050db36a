import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { ask } from '#test/support/http-ask.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

/** A processor draws a few pictures a second when it is busy. */
const patience = { timeout: 15_000 }

const Mouths = z.array(z.array(z.number()))

/** Hums an open vowel: a buzz through the two formants of "ah". */
const hum = `(() => {
  const context = new AudioContext({ sampleRate: 48000 })
  const buzz = new OscillatorNode(context, { type: 'sawtooth', frequency: 130 })
  globalThis.analyser = new AnalyserNode(context, { fftSize: 512 })
  const gain = new GainNode(context, { gain: 0.4 })
  for (const [frequency, Q] of [[800, 8], [1200, 10]])
    buzz.connect(new BiquadFilterNode(context, { type: 'bandpass', frequency, Q })).connect(gain)
  gain.connect(analyser).connect(context.destination)
  buzz.start()
})()`

describeInBrowser('the avatar on the chat page', () => {
  let browser: Browser
  let world: WebWorld
  const faults: string[] = []

  /** As the chat page will: the drawn figure stays until the avatar is ready. */
  async function join(page: Page, analyser: string, isForced: boolean): Promise<unknown> {
    const { text } = await ask(world.origin, { path: '/o/x', headers: { host: '127.0.0.1' } })
    const base = `/assets/${/data-build="(\w+)"/.exec(text)?.[1]}`
    return await page.evaluate(`import('${base}/overlay/chat-avatar.ts').then(({ joinChat }) => joinChat({
      figure: document.querySelector('.lumi'), avatar: '${base}/lumi.vrm',
      analyser: () => ${analyser}, isForced: ${isForced} }))`)
  }

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await openWebWorld()
    await world.web.ready
  })
  afterAll(async () => {
    await browser.close()
    await world[Symbol.asyncDispose]()
  })

  async function open(reducedMotion: 'reduce' | 'no-preference' = 'no-preference'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 420, height: 500 }, reducedMotion })
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(world.origin)
    await page.evaluate(
      'globalThis.mouths = []; globalThis.overlayProbe = ({ mouth }) => mouths.push([...mouth])',
    )
    return page
  }

  test('takes the place of the drawing under the policy of the page, and follows sound with vowels', async () => {
    const page = await open()
    await page.evaluate(hum)
    expect(await join(page, 'globalThis.analyser', true)).toBe(true)
    await page.locator('.stage-figure.has-avatar canvas').waitFor()
    await expect
      .poll(async () => Mouths.parse(await page.evaluate('mouths')).length, patience)
      .toBeGreaterThan(6)
    const seen = Mouths.parse(await page.evaluate('mouths')).slice(-3)
    for (const [aa = 0, ih = 0, ou = 0, ee = 0, oh = 0] of seen)
      expect(Math.max(aa, oh)).toBeGreaterThan(Math.max(0.1, ih, ou, ee))
    expect(faults).toEqual([])
    await page.close()
  })

  test('moves its mouth with the letters when there is no sound, and mirrors state and face', async () => {
    const page = await open()
    await join(page, 'undefined', true)
    await page.locator('.stage-figure.has-avatar').waitFor()
    await page.evaluate(`document.querySelector('.lumi').style.setProperty('--mouth', '0.9')`)
    await expect
      .poll(async () => Mouths.parse(await page.evaluate('mouths')).at(-1)?.[0] ?? 0, patience)
      .toBeGreaterThan(0.5)
    expect(faults).toEqual([])
    await page.close()
  })

  test('stays away where a processor would have to draw, or motion is not wanted', async () => {
    const page = await open()
    expect(await join(page, 'undefined', false)).toBe(false)
    const still = await open('reduce')
    expect(await join(still, 'undefined', true)).toBe(false)
    expect(await still.locator('.lumi').isVisible()).toBe(true)
    await Promise.all([page.close(), still.close()])
  })
})
