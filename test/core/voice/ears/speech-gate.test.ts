import { describe, expect, test } from 'vitest'
import { defaultSpeechGate, SpeechGate } from '#core/voice/ears/speech-gate.ts'

/** Levels of a crowd: the same in every run, 2.5 dB of spread. */
const crowdDb = (index: number) => -40 + 2.5 * Math.sqrt(2) * Math.sin(index * 1.7) * Math.cos(index * 0.37)

function listen(
  gate: SpeechGate,
  count: number,
  probability: number,
  levelDb: (index: number) => number,
): boolean[] {
  return Array.from({ length: count }, (_, index) => gate.judge(probability, levelDb(index)))
}

const share = (judgements: readonly boolean[]) => judgements.filter(Boolean).length / judgements.length

test('begins at one probability and lasts down to a lower one', () => {
  const gate = new SpeechGate(defaultSpeechGate)
  expect([0.45, 0.55, 0.4, 0.3, 0.4].map((probability) => gate.judge(probability, -20))).toEqual([
    false,
    true,
    true,
    false,
    true,
  ])
})

test('wants more certainty while our own voice is heard', () => {
  const gate = new SpeechGate(defaultSpeechGate)
  gate.isPlaying = true
  expect(gate.judge(0.55, -20)).toBe(false)
})

describe('among voices in the background', () => {
  const gate = new SpeechGate(defaultSpeechGate)
  listen(gate, 200, 0.99, crowdDb)

  test('they are not the person at the microphone', () => {
    expect(share(listen(gate, 300, 0.99, crowdDb))).toBeLessThan(0.03)
  })

  test('the person is, being louder', () => {
    expect(share(listen(gate, 30, 0.99, () => -30))).toBe(1)
    expect(share(listen(gate, 60, 0.99, crowdDb))).toBeLessThan(0.1)
  })

  test('when they fall silent, soft speech is heard again', () => {
    listen(gate, 60, 0.02, () => -60)
    expect(share(listen(gate, 10, 0.9, () => -48))).toBe(1)
  })
})

test('muted silence says nothing about the room', () => {
  const gate = new SpeechGate(defaultSpeechGate)
  listen(gate, 200, 0.99, crowdDb)
  listen(gate, 500, 0, () => -100)
  expect(share(listen(gate, 100, 0.99, crowdDb))).toBeLessThan(0.1)
})

test('where the background is no speech, certain speech need not be much louder', () => {
  const gate = new SpeechGate(defaultSpeechGate)
  listen(gate, 200, 0.01, () => -35)
  expect(gate.judge(0.95, -33.5)).toBe(true)
  expect(gate.judge(0.6, -34.5)).toBe(false)
})
