import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { z } from 'zod'
import { captionEvent, faceEvent, mouthEvent, stateEvent } from '../../support/stage/stage-events.ts'
import { openOverlayStage } from './stage.ts'

/** Everything that our code does for a picture, on the main thread: from the screen's beat to the end of our callback. */
const watchFrames = `
globalThis.costs = []
const ask = requestAnimationFrame
globalThis.requestAnimationFrame = (callback) => ask((at) => {
  const before = performance.now()
  callback(at)
  const spent = performance.now() - before
  if (globalThis.isDrawn) costs.push(spent)
  globalThis.isDrawn = false
})
globalThis.overlayProbe = () => { globalThis.isDrawn = true }
`

/** Milliseconds of JavaScript for each picture of our own avatar, while it speaks with captions and changes its face. */
export async function measureFrameCost(browser: Browser, seconds: number): Promise<number[]> {
  await using stage = await openOverlayStage(browser)
  const page = await stage.openPage(watchFrames)
  await wait(3_000)
  await page.evaluate('costs.length = 0')
  stage.say(stateEvent('speaking'))
  for (let second = 0; second < seconds; second++) {
    const playAt = performance.timeOrigin + performance.now() + 100
    const levels = Array.from({ length: 50 }, (_, index) => Math.abs(Math.sin(index / 3)))
    stage.say(mouthEvent(`u${second}`, { playAt, levels }))
    stage.say(captionEvent(`u${second}`, 'four words every second', playAt))
    stage.say(faceEvent(second % 4 < 2 ? 'happy' : 'surprised', playAt))
    await wait(1_000)
  }
  return z.array(z.number()).parse(await page.evaluate('costs'))
}
