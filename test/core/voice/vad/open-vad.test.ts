import { setImmediate as nextRound } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VadFailedError } from '#core/voice/vad/errors.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import type { Vad, VadStream } from '#core/voice/vad/vad.ts'
import { noise, speech, windowsOf } from './sounds.ts'

const { signal } = new AbortController()
let talk: Int16Array[]
let vads: { onnx: Vad; plain: Vad }

beforeAll(async () => {
  talk = windowsOf(await speech('I would like to know when the next train leaves.'))
  vads = { onnx: await openVad({ signal }), plain: await openVad({ signal, isPlain: true }) }
})

afterAll(async () => {
  await Promise.all([vads.onnx[Symbol.asyncDispose](), vads.plain[Symbol.asyncDispose]()])
})

async function listen(stream: VadStream, windows: readonly Int16Array[]): Promise<number[]> {
  const probabilities: number[] = []
  for (const window of windows) probabilities.push(await stream.push(window))
  return probabilities
}

test('is ONNX Runtime where its library is there, and plain TypeScript where it is not', () => {
  expect(vads.onnx.engineName).toBe('onnxruntime')
  expect(vads.plain.engineName).toBe('plain TypeScript')
})

describe.each(['onnx', 'plain'] as const)('%s', (engine) => {
  test('hears speech in speech and none in silence and noise', async () => {
    const heard = await listen(vads[engine].open(), talk)
    const middle = heard.slice(20, -20)
    expect(middle.filter((probability) => probability > 0.5).length).toBeGreaterThan(middle.length * 0.8)
    expect(Math.max(...heard.slice(2, 12), ...heard.slice(-8))).toBeLessThan(0.3)
    expect(
      Math.max(...(await listen(vads[engine].open(), windowsOf(noise(16_000, 3_000)))).slice(3)),
    ).toBeLessThan(0.5)
  })

  test('what one hears does not depend on who else is heard', async () => {
    const alone = await listen(vads[engine].open(), talk.slice(10, 40))
    const others = windowsOf(noise(16_000, 8_000))
    const [together] = await Promise.all([
      listen(vads[engine].open(), talk.slice(10, 40)),
      ...Array.from({ length: 8 }, () => listen(vads[engine].open(), others)),
    ])
    for (const [index, probability] of alone.entries()) expect(together?.[index]).toBeCloseTo(probability, 4)
  })

  test('a stream that was reset is as new', async () => {
    const stream = vads[engine].open()
    const first = await listen(stream, talk.slice(15, 25))
    stream.reset()
    expect(await listen(stream, talk.slice(15, 25))).toEqual(first)
  })
})

test('both say the same of speech and of noise, to a thousandth', async () => {
  const sounds = [...talk, ...windowsOf(noise(48_000, 6_000)), ...talk]
  const [onnx, plain] = await Promise.all([
    listen(vads.onnx.open(), sounds),
    listen(vads.plain.open(), sounds),
  ])
  const differences = onnx.map((probability, index) => Math.abs(probability - (plain[index] ?? 0)))
  expect(Math.max(...differences)).toBeLessThan(1e-3)
})

test('a hundred speakers at once are all answered, each rightly', async () => {
  const [expected] = await listen(vads.onnx.open(), talk.slice(20, 21))
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => vads.onnx.open().push(talk[20] ?? new Int16Array(512))),
  )
  for (const answer of answers) expect(answer).toBeCloseTo(expected ?? 0, 5)
})

test('other work goes on while many are heard', async () => {
  let isDone = false
  const heard = Promise.all(
    Array.from({ length: 64 }, () => vads.plain.open().push(talk[20] ?? new Int16Array(512))),
  ).then(() => {
    isDone = true
  })
  let rounds = 0
  while (!isDone) {
    await nextRound()
    rounds += 1
  }
  await heard
  expect(rounds).toBeGreaterThan(20)
})

test('an abort before it opens is that abort', async () => {
  await expect(openVad({ signal: AbortSignal.abort(new Error('no voice')) })).rejects.toThrow('no voice')
})

test('who waits when it is disposed is told, and so is who comes later', async () => {
  const vad = await openVad({ signal })
  const stream = vad.open()
  const waiting = stream.push(new Int16Array(512))
  await Promise.all([expect(waiting).rejects.toThrow(VadFailedError), vad[Symbol.asyncDispose]()])
  await expect(stream.push(new Int16Array(512))).rejects.toThrow(VadFailedError)
})
