import { describe, expect, test } from 'vitest'
import { mouthFrameBytes } from '#core/protocol/stage.ts'
import { frameSamples, playoutRateHz } from '#core/voice/frame.ts'
import { createVisemeEstimator } from '#core/voice/visemes/estimator.ts'

const [aa, ih, ou] = [0, 1, 2]
const level = 5

/** A buzz of 120 Hz through three resonances: a vowel, as Klatt made them. */
function vowel(formantsHz: readonly number[], seconds: number, amplitude = 6_000): Int16Array {
  let sound = Float64Array.from({ length: seconds * playoutRateHz }, (_, index) => Number(index % 400 === 0))
  for (const formantHz of formantsHz) sound = resonate(sound, formantHz, 60 + formantHz / 20)
  const peak = Math.max(...sound.map(Math.abs))
  return Int16Array.from(sound, (sample) => (amplitude * sample) / peak)
}

function resonate(sound: Float64Array, frequencyHz: number, widthHz: number): Float64Array<ArrayBuffer> {
  const radius = Math.exp((-Math.PI * widthHz) / playoutRateHz)
  const turn = 2 * radius * Math.cos((2 * Math.PI * frequencyHz) / playoutRateHz)
  let [last, beforeLast] = [0, 0]
  return sound.map((sample) => {
    const next = (1 - radius) * sample + turn * last - radius * radius * beforeLast
    beforeLast = last
    last = next
    return next
  })
}

/** The mean mouth over a sound, after its first frames. */
function mouthsOf(sound: Int16Array): number[][] {
  const estimator = createVisemeEstimator()
  const mouths: number[][] = []
  for (let start = 0; start + frameSamples <= sound.length; start += frameSamples) {
    const shape = new Uint8Array(mouthFrameBytes)
    estimator.estimate(sound.subarray(start, start + frameSamples), shape)
    mouths.push([...shape])
  }
  return mouths
}

function strongest(shape: readonly number[] | undefined): number {
  const vowels = shape?.slice(0, 5) ?? []
  return vowels.indexOf(Math.max(...vowels))
}

describe('the mouth of a frame', () => {
  test('tells the vowels of one voice apart', () => {
    // Formants of a man's voice: Peterson and Barney, 1952.
    const spoken = [
      ...vowel([730, 1_090, 2_440], 0.4),
      ...vowel([270, 2_290, 3_010], 0.4),
      ...vowel([300, 870, 2_240], 0.4),
    ]
    const mouths = mouthsOf(Int16Array.from([...spoken, ...spoken]))
    // The second time, the voice is known.
    const middles = [70, 90, 110].map((frame) => strongest(mouths[frame]))
    expect(middles).toEqual([aa, ih, ou])
  })

  test('is closed in silence and open in speech', () => {
    const mouths = mouthsOf(Int16Array.from([...new Int16Array(9_600), ...vowel([730, 1_090, 2_440], 0.3)]))
    expect(mouths[5]).toEqual([0, 0, 0, 0, 0, 0])
    expect(Math.max(...(mouths[20] ?? []).slice(0, 5))).toBeGreaterThan(80)
    expect(mouths[20]?.[level]).toBeGreaterThan(100)
  })

  test('is never a mixture of more than two vowels', () => {
    const noise = Int16Array.from(
      { length: playoutRateHz },
      (_, index) => 9_000 * Math.sin(index * index * 0.01),
    )
    for (const shape of mouthsOf(noise))
      expect(shape.slice(0, 5).filter((weight) => weight > 0).length).toBeLessThanOrEqual(2)
  })

  test('opens less for a quieter sound', () => {
    const widths = [6_000, 1_500, 400].map((amplitude) => {
      const shape = mouthsOf(vowel([730, 1_090, 2_440], 0.3, amplitude)).at(-1) ?? []
      return Math.max(...shape.slice(0, 5))
    })
    expect(widths[0]).toBeGreaterThan(widths[1] ?? 0)
    expect(widths[1]).toBeGreaterThan(widths[2] ?? 0)
  })
})
