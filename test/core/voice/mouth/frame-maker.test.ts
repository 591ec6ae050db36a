import { describe, expect, test } from 'vitest'
import { frameSamples } from '#core/voice/frame.ts'
import { FrameMaker, type VoiceFrame } from '#core/voice/mouth/frame-maker.ts'
import { Loudness } from '#core/voice/mouth/loudness.ts'
import { levelDbfs } from '#core/voice/pcm/level.ts'
import { tone } from '#test/support/scripted-voice.ts'

function make(sound: Int16Array, sampleRateHz: number, loudness = new Loudness()): VoiceFrame[] {
  const maker = new FrameMaker({ sampleRateHz, loudness })
  return [...maker.push(sound), ...maker.end()]
}

const silence = (samples: number) => new Int16Array(samples)

function join(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

describe('frames of a sentence', () => {
  test.each([8_000, 16_000, 22_050, 24_000, 44_100, 48_000])('last as long as its sound at %i Hz', (rate) => {
    const frames = make(tone(300, rate, rate), rate)
    expect(frames.length).toBeGreaterThanOrEqual(50)
    expect(frames.length).toBeLessThanOrEqual(51)
    expect(frames.every(({ samples }) => samples.length === frameSamples)).toBe(true)
  })

  test('begin shortly before the sound does', () => {
    const frames = make(join(silence(8_000), tone(300, 16_000, 8_000)), 16_000)
    expect(frames).toHaveLength(26)
    expect(frames[0]?.isVoiced).toBe(true)
  })

  test('are none when there is no sound', () => {
    expect(make(silence(16_000), 16_000)).toEqual([])
  })

  test('do not depend on how the sound arrives', () => {
    const sound = join(silence(3_000), tone(300, 24_000, 20_000))
    const whole = make(sound, 24_000)
    const loudness = new Loudness()
    loudness.prime([0.01])
    const maker = new FrameMaker({ sampleRateHz: 24_000, loudness })
    const frames: VoiceFrame[] = []
    for (let start = 0; start < sound.length; start += 77)
      frames.push(...maker.push(sound.subarray(start, start + 77)))
    frames.push(...maker.end())
    expect(frames.map(({ isVoiced }) => isVoiced)).toEqual(whole.map(({ isVoiced }) => isVoiced))
  })

  test('have no pause longer than 400 ms', () => {
    const sound = join(tone(300, 16_000, 8_000), silence(32_000), tone(300, 16_000, 8_000))
    const frames = make(sound, 16_000)
    expect(frames.filter(({ isVoiced }) => !isVoiced)).toHaveLength(20)
  })

  test.each([400, 2_000, 12_000, 30_000])('are about -19 dBFS for a voice of amplitude %i', (amplitude) => {
    const frames = make(tone(300, 16_000, 32_000, amplitude), 16_000)
    const levels = frames.slice(1, -1).map(({ samples }) => levelDbfs(samples))
    const wanted = amplitude === 400 ? -26.3 : -19
    for (const level of levels) expect(Math.abs(level - wanted)).toBeLessThan(1)
  })

  test('never clip when a voice is suddenly louder, and do not pump', () => {
    const loudness = new Loudness()
    make(tone(300, 16_000, 32_000, 1_500), 16_000, loudness)
    const frames = make(tone(300, 16_000, 16_000, 30_000), 16_000, loudness)
    const peaks = frames.map(({ samples }) => Math.max(...samples.map(Math.abs)))
    expect(Math.max(...peaks)).toBeLessThan(32_767)
    const levels = frames.slice(1, -1).map(({ samples }) => levelDbfs(samples))
    for (const [index, level] of levels.entries())
      if (index > 0) expect(Math.abs(level - (levels[index - 1] ?? 0))).toBeLessThan(0.3)
  })
})
