import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Deadlines } from '#core/inference/call-scope.ts'
import { createDeployment } from '#core/inference/deployment.ts'
import { createRealtimeTranscriber } from '#core/inference/realtime-transcriber.ts'
import type { TranscriptStream } from '#core/inference/streaming-transcriber.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '#test/support/eventually.ts'
import { type InferenceServer, startInferenceServer } from '#test/support/inference-server.ts'

const lines: { level: string; message: string }[] = []
const logger = createLogger({ level: 'debug', write: (line) => void lines.push(JSON.parse(line)) })
const { signal } = new AbortController()
const traceHeaders = () => ({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })

let server: InferenceServer
let closing: AsyncDisposableStack
beforeEach(async () => {
  closing = new AsyncDisposableStack()
  server = closing.use(await startInferenceServer({ apiKey: 'key', models: ['voxtral'] }))
  server.realtime.plan = { deltas: [{ afterSamples: 640, delta: 'Hello' }], lateDeltas: [' there.'] }
  lines.length = 0
})
afterEach(() => closing.disposeAsync())

function recogniser(
  more: { model?: string; deadlines?: Partial<Deadlines>; url?: string; threshold?: number } = {},
) {
  const { url } = server.targets.stt
  const { threshold = 5, ...others } = more
  const options = { url, apiKey: 'key', logger, traceHeaders, breaker: { threshold, openMs: 200 }, ...others }
  const deployment = closing.use(createDeployment('stt', options))
  return createRealtimeTranscriber({ ...options, deployment })
}

const sound = (length = 320, value = 7) => new Int16Array(length).fill(value)

async function interimsOf(stream: TranscriptStream): Promise<string[]> {
  const texts: string[] = []
  for await (const text of stream.interims) texts.push(text)
  return texts
}

describe('recognising while somebody speaks', () => {
  test('sends all sound in order, says what is understood so far, and ends with the final transcript', async () => {
    const stream = recogniser({ model: 'mine' }).listen({ signal, language: 'en' })
    const interims = interimsOf(stream)
    for (let block = 0; block < 10; block += 1) stream.push(sound(320, block))
    await eventually(() => server.realtime.calls[0]?.samples.length === 3_200)
    expect(await stream.finish()).toBe('Hello there.')
    expect((await interims).at(0)).toBe('Hello')
    const [call] = server.realtime.calls
    expect(call?.samples).toEqual(Array.from({ length: 3_200 }, (_, at) => Math.floor(at / 320)))
    expect(call?.update).toEqual({ type: 'session.update', model: 'mine', language: 'en' })
    expect(call?.types).toEqual([
      'session.update',
      'input_audio_buffer.commit',
      'input_audio_buffer.append',
      'input_audio_buffer.commit',
    ])
    await eventually(() => call?.isClosed)
  })

  test('says who asks, and names the model that the server lists', async () => {
    const stream = recogniser().listen({ signal })
    stream.push(sound())
    await stream.finish()
    const [call] = server.realtime.calls
    expect(call?.path).toBe('/whisper/v1/realtime')
    expect(call?.update).toMatchObject({ model: 'voxtral' })
    expect(call?.headers).toMatchObject({ authorization: 'Bearer key', ...traceHeaders() })
    expect(call?.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
  })

  test('takes the deltas for the transcript where the end brings no text, and ignores what follows the end', async () => {
    server.realtime.plan = { lateDeltas: ['One ', 'two.'], text: null, afterDone: [' three.'] }
    const stream = recogniser().listen({ signal })
    stream.push(sound())
    expect(await stream.finish()).toBe('One two.')
    expect((await interimsOf(stream)).join('')).not.toContain('three')
  })

  test('closes the connection in the middle when nobody listens any more', async () => {
    const caller = new AbortController()
    const stream = recogniser().listen({ signal: caller.signal })
    const interims = interimsOf(stream)
    interims.catch(() => undefined)
    stream.push(sound(640))
    await eventually(() => server.realtime.calls[0]?.samples.length === 640)
    const reason = new Error('the person left')
    caller.abort(reason)
    await expect(stream.finish()).rejects.toBe(reason)
    await expect(interims).rejects.toBe(reason)
    await eventually(() => server.realtime.calls[0]?.isClosed)
  })

  test('gives up before the connection stands, too', async () => {
    server.realtime.plan = { fault: { type: 'mute' } }
    const caller = new AbortController()
    const stream = recogniser().listen({ signal: caller.signal })
    await eventually(() => server.realtime.upgrades === 1)
    caller.abort(new Error('enough'))
    await expect(stream.finish()).rejects.toThrow('enough')
  })

  test('connects again when the first try is turned away, and loses no sound by it', async () => {
    server.realtime.next.push({ fault: { type: 'refuse', status: 503 } })
    const stream = recogniser().listen({ signal })
    stream.push(sound(640))
    expect(await stream.finish()).toBe('Hello there.')
    expect(server.realtime.upgrades).toBe(2)
    expect(server.realtime.calls[0]?.samples).toHaveLength(640)
  })

  test('drops the oldest sound when the connection takes too long, and then gives no transcript with a hole', async () => {
    const stream = recogniser().listen({ signal })
    for (let second = 0; second < 25; second += 1) stream.push(sound(16_000, second))
    await expect(stream.finish()).rejects.toThrow('broke off')
    const [call] = server.realtime.calls
    expect([call?.samples.length, call?.samples[0]]).toEqual([320_000, 5])
  })
})

describe('a deployment that does not offer it', () => {
  test.each([403, 404, 405, 426, 200])('is found out once (%i), without a warning', async (status) => {
    server.realtime.plan = { fault: { type: 'refuse', status } }
    const transcriber = recogniser()
    expect(transcriber.isAvailable).toBe(true)
    await expect(transcriber.listen({ signal }).finish()).rejects.toMatchObject({ name: 'NotOfferedError' })
    expect(transcriber.isAvailable).toBe(false)
    await expect(transcriber.listen({ signal }).finish()).rejects.toMatchObject({ name: 'NotOfferedError' })
    expect(server.realtime.upgrades).toBe(1)
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([
      expect.objectContaining({ level: 'info', message: 'the recogniser is asked after each utterance' }),
    ])
  })
})

describe('a stream that goes wrong', () => {
  const faults = [
    ['the server closes', { type: 'close', afterSamples: 320 }, 'InferenceInterruptedError'],
    ['the connection breaks', { type: 'reset', afterSamples: 320 }, 'InferenceInterruptedError'],
    ['garbage comes', { type: 'say', afterSamples: 320, message: '{"type": 7' }, 'InferenceProtocolError'],
    ['bytes come', { type: 'say', afterSamples: 320, message: new Uint8Array(9) }, 'InferenceProtocolError'],
    [
      'an event lacks its text',
      { type: 'say', afterSamples: 320, message: '{"type":"transcription.delta"}' },
      'InferenceProtocolError',
    ],
    [
      'the engine says that it failed',
      { type: 'say', afterSamples: 320, message: '{"type":"error","error":"engine died","code":"x"}' },
      'InferenceInterruptedError',
    ],
    [
      'the transcript is done before the sound is',
      { type: 'say', afterSamples: 320, message: '{"type":"transcription.done","text":"Hel"}' },
      'InferenceInterruptedError',
    ],
  ] as const
  test.each(faults)('ends with a fault that says so: %s', async (_, fault, name) => {
    server.realtime.plan = { fault }
    const stream = recogniser().listen({ signal })
    const interims = interimsOf(stream)
    stream.push(sound())
    await expect(interims).rejects.toMatchObject({ name, service: 'stt' })
    await expect(stream.finish()).rejects.toMatchObject({ name })
    stream.push(sound())
    await eventually(() => server.realtime.calls[0]?.isClosed)
  })

  test('does not mind events that it does not know', async () => {
    const message = '{"type":"something.new","x":1}'
    server.realtime.plan = { lateDeltas: ['Hi.'], fault: { type: 'say', afterSamples: 320, message } }
    const stream = recogniser().listen({ signal })
    stream.push(sound())
    expect(await stream.finish()).toBe('Hi.')
  })

  test('does not wait for ever: for the connection, for the transcript', async () => {
    const deadlines = { firstByteMs: 150, stallMs: 150 }
    server.realtime.plan = { fault: { type: 'mute' } }
    const facts = (phase: string) => ({ name: 'InferenceTimeoutError', phase })
    await expect(recogniser({ deadlines }).listen({ signal }).finish()).rejects.toMatchObject(
      facts('first-byte'),
    )
    server.realtime.plan = { fault: { type: 'silent' } }
    const stream = recogniser({ deadlines: { ...deadlines, firstByteMs: 5_000 } }).listen({ signal })
    stream.push(sound())
    await expect(stream.finish()).rejects.toMatchObject(facts('stall'))
  })

  test('is left alone for a moment after several failures, and used again afterwards', async () => {
    server.realtime.plan = { fault: { type: 'close', afterSamples: 1 } }
    const transcriber = recogniser({ threshold: 2 })
    for (let call = 0; call < 2; call += 1) {
      const stream = transcriber.listen({ signal })
      stream.push(sound())
      await expect(interimsOf(stream)).rejects.toThrow('broke off')
    }
    expect(transcriber.isAvailable).toBe(false)
    await expect(transcriber.listen({ signal }).finish()).rejects.toMatchObject({ name: 'BreakerOpenError' })
    expect(server.realtime.upgrades).toBe(2)
    server.realtime.plan = { lateDeltas: ['Well again.'] }
    await eventually(() => transcriber.isAvailable)
    const stream = transcriber.listen({ signal })
    stream.push(sound())
    expect(await stream.finish()).toBe('Well again.')
  })

  test('a wrong key is a refusal, not a want of the endpoint', async () => {
    const { url } = server.targets.stt
    const options = { url, apiKey: 'wrong', logger }
    const deployment = closing.use(createDeployment('stt', options))
    const transcriber = createRealtimeTranscriber({ ...options, deployment, model: 'm' })
    await expect(transcriber.listen({ signal }).finish()).rejects.toMatchObject({
      name: 'InferenceRefusedError',
      status: 401,
    })
    expect(transcriber.isAvailable).toBe(true)
  })
})
