import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitForSpeech, toSpeakableText } from '#core/inference/builtin/speakable-text.ts'
import { createBuiltInVoice } from '#core/inference/builtin/voice.ts'
import { VoiceThread } from '#core/inference/builtin/voice-thread.ts'
import { InferenceBusyError, InferenceTimeoutError } from '#core/inference/errors.ts'
import { powerAt, rootMeanSquare } from '#test/support/sound.ts'

const { signal } = new AbortController()
const voice = createBuiltInVoice()

beforeAll(() => say('Warm up.'))
afterAll(() => voice[Symbol.asyncDispose]())

async function say(text: string, options: { voice?: string } = {}): Promise<Int16Array[]> {
  const speech = await voice.synthesize(text, { signal, ...options })
  expect(speech.sampleRateHz).toBe(16_000)
  return await Array.fromAsync(speech.blocks)
}

const seconds = (blocks: Int16Array[]) => blocks.reduce((sum, block) => sum + block.length, 0) / 16_000

test('speaks a sentence at a natural pace and loudness', async () => {
  const blocks = await say('Hello, I am a small lantern, and I can talk without any server.')
  expect(seconds(blocks)).toBeGreaterThan(3)
  expect(seconds(blocks)).toBeLessThan(7)
  expect(rootMeanSquare(blocks[0] ?? new Int16Array())).toBeGreaterThan(500)
})

test('what it says is voice: power where speech has it, little where it has none', async () => {
  const [block = new Int16Array()] = await say('Aaaah. We are away a mile.'.replace('. ', ', '))
  const speechBand = powerAt(block, 16_000, [150, 200, 300, 500, 700])
  const hissBand = powerAt(block, 16_000, [6_500, 7_000, 7_500])
  expect(speechBand).toBeGreaterThan(hissBand * 20)
})

test('speaks sentence by sentence, the first before the others are made', async () => {
  const blocks = await say('One. Two is here. And three comes last.')
  expect(blocks).toHaveLength(3)
})

test('says the same the same way, and other things otherwise', async () => {
  const [[first], [again], [other]] = [
    await say('Same words.'),
    await say('Same words.'),
    await say('Other words.'),
  ]
  expect(first).toEqual(again)
  expect(first).not.toEqual(other)
})

test('another of its voices sounds different; an unknown one is the usual one', async () => {
  const [[usual], [rms], [unknown]] = [
    await say('Hello.'),
    await say('Hello.', { voice: 'rms' }),
    await say('Hello.', { voice: 'x' }),
  ]
  expect(rms).not.toEqual(usual)
  expect(unknown).toEqual(usual)
})

test.each(['', '😀 🎉', '日本語', '?!…'])('of "%s" it says nothing, and nothing breaks', async (text) => {
  expect(await say(text)).toEqual([])
})

test.each([
  ['an option', '-voice none'],
  ['a call for help', '--help'],
  ['a path', '/etc/passwd'],
  ['a NUL character', 'a\0b'],
  ['markup', '<speak>hi</speak>'],
  ['a shell command', '$(ls)'],
])('%s is only text to it', async (_, text) => {
  expect(seconds(await say(text))).toBeGreaterThan(0.3)
})

test('an abort ends the speech at once, and the voice goes on to others', async () => {
  const stop = new AbortController()
  const speech = await voice.synthesize('One sentence. Another sentence. A third sentence.', {
    signal: stop.signal,
  })
  const hear = async () => {
    for await (const _ of speech.blocks) stop.abort(new Error('interrupted'))
  }
  await expect(hear()).rejects.toThrow('interrupted')
  expect(seconds(await say('Still here.'))).toBeGreaterThan(0.5)
})

test('a whole talk of sentences at once is made in order', async () => {
  const lengths = await Promise.all(
    ['One.', 'A somewhat longer sentence.', 'Two.'].map(async (text) => seconds(await say(text))),
  )
  expect(lengths[1]).toBeGreaterThan((lengths[0] ?? 0) + 0.3)
  expect(lengths[1]).toBeGreaterThan((lengths[2] ?? 0) + 0.3)
})

describe('the thread', () => {
  const request = { text: 'Hello.', voice: 'slt' }

  test('starts with the first sentence, ends after a silence, and starts again', async () => {
    await using thread = new VoiceThread({ idleMs: 50 })
    expect(thread.isRunning).toBe(false)
    await thread.speak(request, signal)
    expect(thread.isRunning).toBe(true)
    await expect.poll(() => thread.isRunning).toBe(false)
    expect((await thread.speak(request, signal)).samples.length).toBeGreaterThan(1_000)
  })

  test('refuses more than may wait', async () => {
    await using thread = new VoiceThread({ maxWaiting: 2 })
    const asked = Array.from({ length: 5 }, () => thread.speak(request, signal))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    await expect(asked[4]).rejects.toThrow(InferenceBusyError)
  })

  test('what waits and is aborted is never made', async () => {
    await using thread = new VoiceThread({ maxWaiting: 1 })
    const stop = new AbortController()
    const first = thread.speak(request, signal)
    const second = thread.speak(request, stop.signal)
    stop.abort(new Error('stopped'))
    const third = thread.speak(request, signal)
    await expect(second).rejects.toThrow('stopped')
    expect((await first).samples).toEqual((await third).samples)
  })

  test('is given up when it makes nothing for too long, and the next sentence gets a new one', async () => {
    await using thread = new VoiceThread({ hungMs: 1 })
    await expect(thread.speak(request, signal)).rejects.toThrow(InferenceTimeoutError)
    expect(thread.isRunning).toBe(false)
  })

  test('stopping it tells those who wait', async () => {
    const thread = new VoiceThread()
    const waiting = thread.speak(request, signal)
    await Promise.all([expect(waiting).rejects.toThrow('was stopped'), thread[Symbol.asyncDispose]()])
  })
})

describe('text for an English voice', () => {
  test.each([
    ['Café “naïve” – it’s 5° …', 'Cafe "naive" , it\'s 5 degrees ...'],
    ['Grüße, Straße 😀', 'Grusse, Strasse'],
    ['a\n\nb\tc', 'a b c'],
  ])('%s', (text, speakable) => {
    expect(toSpeakableText(text)).toBe(speakable)
  })

  test('long sentences are cut at spaces, nothing is lost', () => {
    const text = 'word '.repeat(200).trim()
    const pieces = splitForSpeech(text)
    expect(pieces.every(({ length }) => length <= 240)).toBe(true)
    expect(pieces.join(' ')).toBe(text)
    expect(splitForSpeech('x'.repeat(500))).toHaveLength(3)
  })
})
