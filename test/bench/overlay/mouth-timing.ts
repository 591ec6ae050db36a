import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { z } from 'zod'
import { frameMs } from '#core/protocol/stage.ts'
import { audioEvent, mouthEvent, startEvent, stateEvent } from '../../support/stage/stage-events.ts'
import { type Crossing, crossingsOf, errorsOf } from './crossings.ts'
import { type OverlayStage, openOverlayStage } from './stage.ts'

const delayMs = 150
/** The mouth is open and closed for so many frames in turn, not in step with the screen. */
const pulseFrames = 11
/** Announced so long before it is played, in batches, as speech is. */
const aheadMs = 120
const batchFrames = 5
/** The lips' cap; half of it is "open". */
const half = 0.425

const Samples = z.array(z.tuple([z.number(), z.number()]))

/** Keeps when (on the machine's clock) each picture showed how open the mouth is. */
const watchMouth = `
globalThis.pictures = []
globalThis.overlayProbe = ({ now, mouth }) => pictures.push([performance.timeOrigin + now, mouth[0]])
`

/**
 * Listens beside the loudspeaker: for each picture, the newest 85 ms of what is played, with the time at which its end is
 * heard. Knows nothing of how the overlay counts.
 */
const watchSound = `
globalThis.onsets = []
const { connect } = AudioWorkletNode.prototype
AudioWorkletNode.prototype.connect = function (target) {
  const { context } = this
  const analyser = new AnalyserNode(context, { fftSize: 4096 })
  connect.call(this, analyser)
  const samples = new Float32Array(4096)
  let last = -1
  let wasLoud = false
  const listen = () => {
    requestAnimationFrame(listen)
    const end = context.currentTime
    analyser.getFloatTimeDomainData(samples)
    const stamp = context.getOutputTimestamp()
    if (!stamp.performanceTime) return
    for (let index = 0; index < 4096; index += 64) {
      const at = end - (4096 - index) / context.sampleRate
      if (at <= last) continue
      last = at
      let peak = 0
      for (let near = index; near < index + 64; near++) peak = Math.max(peak, Math.abs(samples[near]))
      const isLoud = peak > 0.05
      if (isLoud !== wasLoud)
        onsets.push([performance.timeOrigin + stamp.performanceTime + (at - stamp.contextTime) * 1000, isLoud ? 1 : 0])
      wasLoud = isLoud
    }
  }
  listen()
  return connect.call(this, target)
}
`

/** The sound is heard elsewhere, `delayMs` later than sent: over a bad line, from a server whose clock is wrong and drifts. */
export async function measureRemote(browser: Browser, seconds: number): Promise<number[]> {
  const began = performance.now()
  const skewed = (real: number) => real + 3_725_000 + (real - performance.timeOrigin - began) * 0.000_15
  const real = () => performance.timeOrigin + performance.now()
  const stageNow = () => skewed(real())
  await using stage = await openOverlayStage(browser, { delayMs: String(delayMs) }, { stageNow })
  stage.proxy.set({ latencyMs: 200, jitterMs: 60 })
  const page = await stage.openPage(watchMouth)
  await wait(3_000)
  const sentAt = stageNow()
  const shift = sentAt - real()
  await speak(stage, sentAt, seconds, stageNow, false)
  await wait(800)
  const pictures = Samples.parse(await page.evaluate('pictures'))
  return errorsOf(pulses(sentAt - shift + aheadMs + delayMs, seconds), crossingsOf(pictures, half))
}

/** The overlay plays the sound itself; what counts is what comes out of it. */
export async function measureOwnAudio(browser: Browser, seconds: number): Promise<number[]> {
  await using stage = await openOverlayStage(browser, { sound: 'on' })
  stage.proxy.set({ latencyMs: 20, jitterMs: 30 })
  const page = await stage.openPage(watchMouth + watchSound)
  await wait(2_000)
  const now = () => performance.timeOrigin + performance.now()
  await speak(stage, now(), seconds, now, true)
  await wait(1_200)
  const pictures = Samples.parse(await page.evaluate('pictures'))
  const onsets = Samples.parse(await page.evaluate('onsets'))
  const heard = onsets.map(([at, isLoud]) => ({ at, isRise: isLoud === 1 }))
  if (heard.length < (seconds * 1_000) / (pulseFrames * frameMs) - 2)
    throw new Error(`only ${heard.length} changes of the sound were heard`)
  return errorsOf(heard, crossingsOf(pictures, half))
}

async function speak(
  { say }: OverlayStage,
  sentAt: number,
  seconds: number,
  now: () => number,
  hasSound: boolean,
): Promise<void> {
  const utterance = 'measured'
  const playAt = sentAt + aheadMs
  say(stateEvent('speaking'))
  say(startEvent(utterance, playAt))
  const frames = (seconds * 1_000) / frameMs
  for (let firstFrame = 0; firstFrame < frames; firstFrame += batchFrames) {
    const at = { firstFrame, playAt: playAt + firstFrame * frameMs, levels: levelsFrom(firstFrame) }
    say(mouthEvent(utterance, at))
    if (hasSound) say(audioEvent(utterance, at))
    await wait(Math.max(0, at.playAt + batchFrames * frameMs - aheadMs - now()))
  }
}

function levelsFrom(firstFrame: number): number[] {
  return Array.from({ length: batchFrames }, (_, index) =>
    Math.floor((firstFrame + index) / pulseFrames) % 2 === 0 ? 1 : 0,
  )
}

/** The first opening is left out: a page that was asleep may be late for it once. */
function pulses(firstAt: number, seconds: number): Crossing[] {
  const pulseMs = pulseFrames * frameMs
  const count = Math.floor((seconds * 1_000) / pulseMs)
  return Array.from({ length: count }, (_, index) => ({
    at: firstAt + index * pulseMs,
    isRise: index % 2 === 0,
  })).slice(1)
}
