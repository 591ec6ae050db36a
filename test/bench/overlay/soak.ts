import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, CDPSession } from 'playwright-core'
import { z } from 'zod'
import {
  captionEvent,
  endEvent,
  faceEvent,
  mouthEvent,
  saidEvent,
  startEvent,
  stateEvent,
} from '../../support/stage/stage-events.ts'
import { type OverlayStage, openOverlayStage } from './stage.ts'

/** Time runs so many times faster, in the page and on the server's stage alike. */
const speed = 15
const sentenceMs = 6_000

/** The page's clock runs faster, and pictures come as fast as they can be made. */
const runFaster = `
const start = performance.now()
const real = performance.now.bind(performance)
performance.now = () => start + (real() - start) * ${speed}
const { port1, port2 } = new MessageChannel()
let waiting = []
port1.onmessage = () => { const now = waiting; waiting = []; for (const callback of now) callback(performance.now()) }
globalThis.requestAnimationFrame = (callback) => { waiting.push(callback); port2.postMessage(0); return waiting.length }
globalThis.pictures = 0
globalThis.overlayProbe = () => { pictures++ }
`

export interface Soak {
  readonly minutes: number
  readonly pictures: number
  readonly growthMiB: number
}

/** How much more the page holds after half an hour of talk, with everything collected that can be. */
export async function measureSoak(browser: Browser, minutes: number): Promise<Soak> {
  const started = performance.now()
  const stageNow = () => performance.timeOrigin + started + (performance.now() - started) * speed
  await using stage = await openOverlayStage(browser, { bubbles: 'on' }, { stageNow })
  const page = await stage.openPage(runFaster, { width: 96, height: 96 })
  const cdp = await page.context().newCDPSession(page)
  await talk(stage, 2, stageNow)
  const before = await heldMiB(cdp)
  await talk(stage, minutes, stageNow)
  const pictures = z.number().parse(await page.evaluate('pictures'))
  return { minutes, pictures, growthMiB: (await heldMiB(cdp)) - before }
}

async function talk({ say }: OverlayStage, minutes: number, stageNow: () => number): Promise<void> {
  const end = stageNow() + minutes * 60_000
  const faces = ['happy', 'sad', 'surprised', 'relaxed', 'angry', 'neutral']
  for (let sentence = 0; stageNow() < end; sentence++) {
    const utterance = `u${sentence}-${stageNow()}`
    const playAt = stageNow() + 500
    const levels = Array.from({ length: 200 }, (_, index) => Math.abs(Math.sin(index / 3)))
    say(stateEvent(sentence % 2 === 0 ? 'speaking' : 'listening'))
    say(startEvent(utterance, playAt))
    say(mouthEvent(utterance, { playAt, levels }))
    say(captionEvent(utterance, 'a sentence of several words that is spoken and then forgotten', playAt, 350))
    say(faceEvent(faces[sentence % faces.length] ?? 'neutral', playAt))
    say(saidEvent('Mira', `question ${sentence}`))
    say(endEvent(utterance, playAt + 4_000))
    await wait(sentenceMs / speed)
  }
}

async function heldMiB(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = z.object({ usedSize: z.number() }).parse(await cdp.send('Runtime.getHeapUsage'))
  return usedSize / 1_048_576
}
