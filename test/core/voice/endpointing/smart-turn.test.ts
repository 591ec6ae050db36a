import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EndModelError } from '#core/voice/endpointing/end-model/errors.ts'
import { computeLogMel } from '#core/voice/endpointing/end-model/log-mel.ts'
import { openSmartTurn } from '#core/voice/endpointing/end-model/smart-turn.ts'
import { writeTinyModel } from './tiny-model.ts'

const { signal } = new AbortController()
const audio = (samples: Int16Array) => ({ samples, sampleRateHz: 16_000 })
const tones = Int16Array.from({ length: 48_000 }, (_, at) =>
  Math.round(
    8_000 * Math.sin((2 * Math.PI * 440 * at) / 16_000) +
      3_000 * Math.sin((2 * Math.PI * 2_500 * at) / 16_000) * (Math.floor(at / 4_000) % 2),
  ),
)
let folder: string
let modelFile: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smart-turn-'))
  modelFile = join(folder, 'tiny.onnx')
  await writeTinyModel(modelFile)
})

afterAll(() => rm(folder, { recursive: true }))

/** Computed with NumPy after the definition of WhisperFeatureExtractor. */
test.each([
  [0, 0, -0.23691],
  [0, 799, 0.80977],
  [10, 600, 1.67363],
  [11, 700, 1.76309],
  [45, 640, -0.19007],
  [50, 530, 1.46918],
  [79, 799, -0.07831],
  [20, 501, 0.5041],
  [5, 499, 0.6763],
])('band %i of frame %i is what the model was trained on', (band, frame, value) => {
  expect(computeLogMel(tones)[band * 800 + frame]).toBeCloseTo(value, 4)
})

test('of a long sound the last eight seconds count', () => {
  const long = new Int16Array(16_000 * 20)
  long.fill(9_000, 0, 16_000 * 5)
  long.set(tones, long.length - tones.length)
  expect(computeLogMel(long)).toEqual(computeLogMel(tones))
})

test('a model file is loaded and asked, for many speakers in their order', async () => {
  await using model = await openSmartTurn(modelFile, { signal })
  const features = computeLogMel(tones)
  const mean = features.reduce((sum, value) => sum + value, 0) / features.length
  const expected = 1 / (1 + Math.exp(-mean))
  const [loud, nothing] = await Promise.all([
    model.judge(audio(tones), signal),
    model.judge(audio(new Int16Array(16_000)), signal),
  ])
  expect(loud).toBeCloseTo(expected, 4)
  expect(nothing).not.toBeCloseTo(expected, 2)
})

test('of more pauses than may wait, the newest go unjudged', async () => {
  await using model = await openSmartTurn(modelFile, { signal })
  const answers = await Promise.all(Array.from({ length: 12 }, () => model.judge(audio(tones), signal)))
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(4)
})

test.each([
  ['is missing', async () => join(folder, 'nowhere.onnx')],
  [
    'is something else',
    async () => {
      const file = join(folder, 'other.onnx')
      await writeFile(file, 'not a model')
      return file
    },
  ],
])('a file that %s is said to be unusable', async (_, makeFile) => {
  await expect(openSmartTurn(await makeFile(), { signal })).rejects.toThrow(EndModelError)
})

test('an abort while it is loaded or asked is that abort', async () => {
  const stop = new AbortController()
  const opening = openSmartTurn(modelFile, { signal: stop.signal })
  stop.abort(new Error('no voice'))
  await expect(opening).rejects.toThrow('no voice')
  await using model = await openSmartTurn(modelFile, { signal })
  await expect(model.judge(audio(tones), AbortSignal.abort(new Error('left')))).rejects.toThrow('left')
})

test('stopped, it tells who waits, and says nothing afterwards', async () => {
  const model = await openSmartTurn(modelFile, { signal })
  const waiting = model.judge(audio(tones), signal)
  await Promise.all([expect(waiting).rejects.toThrow(EndModelError), model[Symbol.asyncDispose]()])
  expect(await model.judge(audio(tones), signal)).toBeUndefined()
})
