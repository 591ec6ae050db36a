import { expect, test } from 'vitest'
import { InferenceInterruptedError, InferenceProtocolError } from '#core/inference/errors.ts'
import { openInference } from '#core/inference/open-inference.ts'
import type { SpeechStream } from '#core/inference/ports.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { tone } from '#test/support/inference/answers.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })
const { signal } = new AbortController()

async function setUp() {
  const server = await startInferenceServer()
  const inference = openInference(server.targets, { logger })
  return {
    server,
    ...inference,
    async [Symbol.asyncDispose]() {
      await inference[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test.each(['content-type', 'header', 'wav'] as const)(
  'the sample rate is taken from the %s',
  async (rateIn) => {
    await using setup = await setUp()
    const samples = tone(0.5, 22_050)
    setup.server.plan('tts', { samples, sampleRateHz: 22_050, rateIn })
    const speech = await setup.synthesizer.synthesize('Hello.', { signal })
    expect(speech.sampleRateHz).toBe(22_050)
    expect(await allSamples(speech)).toEqual(samples)
  },
)

test('a rate that is told nowhere is 24 kHz', async () => {
  await using setup = await setUp()
  setup.server.plan('tts', { sampleRateHz: 24_000, rateIn: 'nowhere' })
  expect((await setup.synthesizer.synthesize('Hello.', { signal })).sampleRateHz).toBe(24_000)
})

test.each([1, 3, 7, 4_801])(
  'samples that are cut in two by chunks of %i bytes come out whole',
  async (chunkBytes) => {
    await using setup = await setUp()
    const samples = tone(chunkBytes < 10 ? 0.02 : 1, 24_000)
    setup.server.plan('tts', {
      samples,
      chunkBytes,
      chunkMs: 0.1,
      rateIn: chunkBytes === 7 ? 'wav' : 'header',
    })
    expect(await allSamples(await setup.synthesizer.synthesize('Hello.', { signal }))).toEqual(samples)
  },
)

test('the first block is there while the voice still speaks', async () => {
  await using setup = await setUp()
  setup.server.plan('tts', { chunkMs: 100 })
  const speech = await setup.synthesizer.synthesize('A rather long sentence to say.', { signal })
  for await (const block of speech.blocks) {
    expect(block.length).toBeGreaterThan(0)
    expect(setup.server.requests[0]?.finishedAt).toBeUndefined()
    break
  }
  await setup.server.waitFor(({ abortedAt }) => abortedAt !== undefined)
})

test('an abort while speaking frees the voice server', async () => {
  await using setup = await setUp()
  setup.server.plan('tts', { chunkMs: 50 })
  const bargeIn = new AbortController()
  const speech = await setup.synthesizer.synthesize('A rather long sentence.', { signal: bargeIn.signal })
  const hear = async () => {
    for await (const _ of speech.blocks) bargeIn.abort(new Error('interrupted'))
  }
  await expect(hear()).rejects.toThrow('interrupted')
  await setup.server.waitFor(({ abortedAt }) => abortedAt !== undefined)
})

test('the request asks for raw audio as it is made, and for a voice only when one is wanted', async () => {
  await using setup = await setUp()
  await allSamples(await setup.synthesizer.synthesize('Hello.', { signal }))
  await allSamples(await setup.synthesizer.synthesize('Hello.', { signal, voice: 'lumi' }))
  expect(setup.server.requests.map(({ body }) => body)).toEqual([
    { input: 'Hello.', response_format: 'pcm', stream_format: 'audio' },
    { input: 'Hello.', response_format: 'pcm', stream_format: 'audio', voice: 'lumi' },
  ])
})

test.each([
  ['nothing', '', {}],
  ['JSON', '{"audio":"..."}', { 'content-type': 'application/json' }],
  ['stereo', 'abcdefghijklmnop', { 'content-type': 'audio/pcm; rate=24000; channels=2' }],
  ['an impossible rate', 'abcdefghijklmnop', { 'content-type': 'audio/pcm; rate=7' }],
  [
    'a WAV header that never ends',
    `RIFF____WAVE${'LIST\0\0\0\0'.repeat(2_000)}`,
    { 'content-type': 'audio/wav' },
  ],
])('%s instead of speech is a protocol error', async (_, body, headers) => {
  await using setup = await setUp()
  setup.server.plan('tts', { fault: { type: 'body', body, headers } })
  await expect(setup.synthesizer.synthesize('Hello.', { signal })).rejects.toThrow(InferenceProtocolError)
})

test('speech that is cut is told, after what came before', async () => {
  await using setup = await setUp()
  setup.server.plan('tts', { chunkMs: 10, fault: { type: 'cut', after: 2 } })
  const speech = await setup.synthesizer.synthesize('A rather long sentence.', { signal })
  await expect(allSamples(speech)).rejects.toThrow(InferenceInterruptedError)
})

test('an utterance arrives as 16 kHz mono WAV with its language, and its words come back', async () => {
  await using setup = await setUp()
  setup.server.plan('stt', { text: ' Guten Tag. ' })
  const samples = tone(0.25, 16_000)
  const audio = { samples, sampleRateHz: 16_000 }
  expect(await setup.transcriber?.transcribe(audio, { signal, language: 'de' })).toEqual({
    text: 'Guten Tag.',
  })
  expect(setup.server.requests[0]?.body).toEqual({
    file: { sampleRateHz: 16_000, channels: 1, seconds: 0.25, samples },
    language: 'de',
    response_format: 'json',
  })
})

test('an abort while listening frees the recogniser', async () => {
  await using setup = await setUp()
  setup.server.plan('stt', { firstByteMs: 5_000 })
  const stop = new AbortController()
  const audio = { samples: tone(0.1, 16_000), sampleRateHz: 16_000 }
  const hearing = setup.transcriber?.transcribe(audio, { signal: stop.signal })
  await setup.server.waitFor(() => true)
  stop.abort(new Error('spoke on'))
  await expect(hearing).rejects.toThrow('spoke on')
  await setup.server.waitFor(({ abortedAt }) => abortedAt !== undefined)
})

async function allSamples({ blocks }: SpeechStream): Promise<Int16Array> {
  const all: number[] = []
  for await (const block of blocks) for (const sample of block) all.push(sample)
  return Int16Array.from(all)
}
