// How well mouths follow speech whose phonemes are known: node test/bench/lips.ts
import { mouthFrameBytes } from '#core/protocol/stage.ts'
import { createVisemeEstimator } from '#core/voice/visemes/estimator.ts'
import { printTable } from '../support/print-table.ts'
import type { LabelledSpeech } from './lips/labelled-speech.ts'
import type { LipMethod } from './lips/method.ts'
import { loudness, ours } from './lips/own-method.ts'
import { bestThreshold, guessAll, score } from './lips/score.ts'
import { testVoices, tuningVoices } from './lips/voices.ts'
import { calibratedWlipsync, type WlipsyncSettings } from './lips/wlipsync.ts'
import { median } from './percentiles.ts'

const tuning: LabelledSpeech[][] = []
for (const speak of tuningVoices) tuning.push(await speak())
const tests: LabelledSpeech[][] = []
for (const speak of testVoices) tests.push(await speak())

const methods = [ours, loudness, await bestWlipsync()]
const rows = methods.map((method) => {
  const { threshold, accuracy } = bestThreshold(guessAll(method, tuning))
  const all = score(guessAll(method, tests), threshold)
  const perVoice = tests.map((voice) => percent(score(guessAll(method, [voice]), threshold).all))
  return {
    method,
    all,
    cells: [percent(accuracy), percent(all.all), percent(all.vowels), percent(all.closed), ...perVoice],
  }
})
const scoredFrames = rows[0]?.all.frames ?? 0
console.log(`Share of frames with the expected mouth, ${scoredFrames} frames of voices not used for tuning`)
printTable(
  ['', 'tuning', 'test', 'vowels', 'closed', ...tests.map((voice) => voice[0]?.voice ?? '')],
  rows.map(({ method, cells }) => [method.name, ...cells]),
)
const [own, rms, peer] = rows.map(({ all }) => all.all)
console.log(`ours / RMS: ${ratio(own, rms)}   ours / wlipsync: ${ratio(own, peer)}`)
console.log(`estimator: ${microsecondsPerFrame(tests.flat()).toFixed(1)} us per 20 ms frame`)

/** The peer gets whichever of its settings do best on the tuning voices. */
async function bestWlipsync(): Promise<LipMethod> {
  let best: { method: LipMethod; accuracy: number; settings: WlipsyncSettings } | undefined
  for (const settings of allSettings()) {
    const method = await calibratedWlipsync(settings, tuning)
    const { accuracy } = bestThreshold(guessAll(method, tuning))
    if (!best || accuracy > best.accuracy) best = { method, accuracy, settings }
  }
  if (!best) throw new Error('there are no settings')
  console.log(`wlipsync does best with ${JSON.stringify(best.settings)}`)
  return best.method
}

function* allSettings(): Iterable<WlipsyncSettings> {
  for (const sampleCount of [512, 1024] as const)
    for (const compareMethod of [0, 1, 2] as const)
      for (const useStandardization of [false, true])
        for (const lookAhead of [0, 1] as const)
          yield { sampleCount, compareMethod, useStandardization, lookAhead }
}

function microsecondsPerFrame(sentences: readonly LabelledSpeech[]): number {
  const frames = sentences.flatMap((sentence) => sentence.frames)
  const estimator = createVisemeEstimator()
  const shape = new Uint8Array(mouthFrameBytes)
  const rounds = Array.from({ length: 7 }, () => {
    const start = performance.now()
    for (const frame of frames) estimator.estimate(frame, shape)
    return ((performance.now() - start) * 1_000) / frames.length
  })
  return median(rounds)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function ratio(value = Number.NaN, base = Number.NaN): string {
  return (value / base).toFixed(2)
}
