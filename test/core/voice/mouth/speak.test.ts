import { beforeEach, describe, expect, test } from 'vitest'
import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import { ScriptedVoice } from '#test/support/scripted-voice.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { listeningRoom } from '../playout/listening-room.ts'
import { answer, say, speaking } from './speaking.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = new VirtualClock()
})

describe('speaking an answer', () => {
  test('plays its sentences in order although a later one was made sooner', async () => {
    const first = Promise.withResolvers<void>()
    const voice = new ScriptedVoice({
      before: (text) => (text.startsWith('First') ? first.promise : undefined),
    })
    const { spoken, heard } = speaking(answer('First comes this sentence. ', 'And then comes the second.'), {
      clock,
      voice,
    })
    await clock.advance(500)
    expect(voice.asked).toEqual(['First comes this sentence.', 'And then comes the second.'])
    expect(heard).toHaveLength(0)

    first.resolve()
    await clock.advance(10_000)
    expect(await spoken).toMatchObject({
      status: 'played',
      heardText: 'First comes this sentence. And then comes the second.',
      underruns: 0,
    })
  })

  test('makes at most two sentences ahead of the one that is played', async () => {
    const voice = new ScriptedVoice()
    const sentences = Array.from(
      { length: 6 },
      (_, index) => `This is sentence number ${'one two three four five six'.split(' ')[index]}. `,
    )
    const { spoken } = speaking(answer(...sentences), { clock, voice })
    await clock.advance(100)
    expect(voice.asked).toHaveLength(3)
    await clock.advance(2_000)
    expect(voice.asked).toHaveLength(4)
    await clock.advance(20_000)
    expect((await spoken).status).toBe('played')
    expect(voice.closed).toEqual(voice.asked)
  })

  test('starts with the first sound of a sentence that is still being made', async () => {
    const rest = Promise.withResolvers<void>()
    const voice = new ScriptedVoice({ between: () => rest.promise })
    const { heard, abort, spoken } = speaking(answer('A sentence that takes a while to make.'), {
      clock,
      voice,
    })
    await clock.advance(80)
    // One block of 100 ms was made.
    expect(heard.length).toBeGreaterThanOrEqual(4)
    abort.abort()
    expect(await spoken).toMatchObject({ status: 'cut', heardText: 'A' })
  })

  test('plays nothing before it is released, but makes it', async () => {
    const release = Promise.withResolvers<void>()
    const voice = new ScriptedVoice()
    const { spoken, heard, events } = speaking(answer('Maybe this is what they meant.'), {
      clock,
      voice,
      release: release.promise,
    })
    await clock.advance(1_000)
    expect(voice.asked).toHaveLength(1)
    expect([heard, events]).toEqual([[], []])

    release.resolve()
    await clock.settle()
    expect(heard).toHaveLength(1)
    await clock.advance(3_000)
    expect((await spoken).status).toBe('played')
  })

  test('is cut unheard, at once, when speculation is dropped', async () => {
    const never = Promise.withResolvers<void>()
    const voice = new ScriptedVoice()
    const { spoken, heard, events, abort } = speaking(answer('Maybe this is what they meant.'), {
      clock,
      voice,
      release: never.promise,
    })
    await clock.advance(1_000)
    abort.abort()
    expect(await spoken).toMatchObject({ status: 'cut', heardText: '', framesPlayed: 0 })
    expect([heard, events]).toEqual([[], []])
    expect(voice.closed).toHaveLength(1)
    expect(clock.timerCount).toBe(0)
  })

  test('stops within a frame when aborted, and knows the words that were heard', async () => {
    const voice = new ScriptedVoice()
    const { spoken, heard, rests, abort, eventsOf } = speaking(
      answer('One two three four five six seven eight nine ten. ', 'This is never reached.'),
      { clock, voice },
    )
    // 49 characters of 50 ms; 39 of them letters.
    await clock.advance(1_230)
    abort.abort()
    const result = await spoken
    expect(result).toMatchObject({ status: 'cut', heardText: 'One two three four five' })
    expect(result.framesPlayed).toBe(heard.length)
    expect(eventsOf('stage.utterance.cut')).toMatchObject([{ frame: result.framesPlayed }])
    await clock.advance(60)
    expect(heard).toHaveLength(result.framesPlayed + 1)
    expect(rests).toHaveLength(1)
    expect(clock.timerCount).toBe(0)
  })

  test('lets go of the answer and of the voice when aborted, even when both hang', async () => {
    let wasLetGo = false
    async function* endless(): AsyncGenerator<AnswerPiece> {
      try {
        yield say('This much was written before it hung. ')
        for (;;) {
          yield say('word ')
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        wasLetGo = true
      }
    }
    const voice = new ScriptedVoice({ before: () => new Promise(() => undefined) })
    const { spoken, abort } = speaking(endless(), { clock, voice })
    await clock.advance(100)
    abort.abort()
    expect((await spoken).status).toBe('cut')
    await clock.settle()
    expect(wasLetGo).toBe(true)
  })

  test('asks for no sound when it is aborted at once', async () => {
    const voice = new ScriptedVoice()
    const { spoken, heard, abort } = speaking(answer('Nobody wants this any more.'), { clock, voice })
    abort.abort()
    expect((await spoken).status).toBe('cut')
    expect([heard, voice.asked]).toEqual([[], []])
  })

  test('ends with its room', async () => {
    const voice = new ScriptedVoice({ before: () => new Promise(() => undefined) })
    const { spoken, room } = speaking(answer('Nobody is left to hear this.'), { clock, voice })
    await clock.advance(100)
    room[Symbol.dispose]()
    expect((await spoken).status).toBe('cut')
  })

  test('ends as failed when the answer breaks off, after its complete sentences', async () => {
    const fault = new Error('the model is gone')
    async function* broken(): AsyncGenerator<AnswerPiece> {
      yield say('This sentence is complete. This one is')
      throw fault
    }
    const { spoken } = speaking(broken(), { clock })
    await clock.advance(5_000)
    expect(await spoken).toMatchObject({ status: 'failed', fault, heardText: 'This sentence is complete.' })
  })

  test('ends as failed when the voice breaks off, and knows what was heard', async () => {
    const fault = new Error('the voice is gone')
    const voice = new ScriptedVoice({
      between(text, block) {
        if (text.startsWith('Second') && block === 4) throw fault
      },
    })
    const { spoken, heard } = speaking(
      answer('First I say this sentence. ', 'Second I say something longer than half a second.'),
      { clock, voice },
    )
    await clock.advance(10_000)
    const result = await spoken
    expect(result).toMatchObject({ status: 'failed', fault, framesPlayed: heard.length })
    expect(result.heardText).toBe('First I say this sentence. Second I')
  })

  test('ends as failed when there is no voice at all', async () => {
    const fault = new Error('no voice')
    const voice = new ScriptedVoice({
      before() {
        throw fault
      },
    })
    const { spoken, events } = speaking(answer('Nobody can say this.'), { clock, voice })
    await clock.advance(100)
    expect(await spoken).toMatchObject({ status: 'failed', fault, heardText: '', framesPlayed: 0 })
    expect(events).toEqual([])
  })

  test('goes on with the same frame after a pause, and hears no word twice', async () => {
    const { spoken, room, heard } = speaking(answer('One two three four five six.'), { clock })
    await clock.advance(500)
    room.pause()
    await clock.advance(2_000)
    const beforeResume = heard.length
    room.resume()
    await clock.advance(3_000)
    const result = await spoken
    expect(result).toMatchObject({ status: 'played', heardText: 'One two three four five six.' })
    // The one frame more is the fade.
    expect(heard).toHaveLength(result.framesPlayed + 1)
    expect(heard[beforeResume]?.frame.slice(240)).not.toEqual(heard[beforeResume - 1]?.frame.slice(240))
  })

  test('blames the voice for a pause in the middle that the voice made', async () => {
    const slow = Promise.withResolvers<void>()
    const voice = new ScriptedVoice({ between: (_, block) => (block === 2 ? slow.promise : undefined) })
    const { spoken } = speaking(answer('A sentence that is made with a hiccup.'), { clock, voice })
    await clock.advance(700)
    slow.resolve()
    await clock.advance(5_000)
    expect(await spoken).toMatchObject({ status: 'played', underruns: 1, ownUnderruns: 0 })
  })

  test('waits for what was released before it in the same room', async () => {
    const place = listeningRoom(clock)
    const first = speaking(answer('First of all, this is said.'), { clock, place })
    await clock.settle()
    const second = speaking(answer('And only then is this said.'), { clock, place })
    await clock.advance(1_000)
    expect(second.events).toEqual([])
    await clock.advance(5_000)
    expect((await first.spoken).status).toBe('played')
    expect((await second.spoken).status).toBe('played')
  })

  test('says what looks finished when nothing follows for a moment', async () => {
    const more = Promise.withResolvers<void>()
    async function* slow(): AsyncGenerator<AnswerPiece> {
      yield say('Let me think.')
      await more.promise
      yield say(' Yes, I know it.')
    }
    const voice = new ScriptedVoice()
    const { spoken } = speaking(slow(), { clock, voice })
    await clock.advance(79)
    expect(voice.asked).toEqual([])
    await clock.advance(2)
    expect(voice.asked).toEqual(['Let me think.'])
    more.resolve()
    await clock.advance(5_000)
    expect((await spoken).heardText).toBe('Let me think. Yes, I know it.')
  })

  test('tells when the first sentence, the first byte and the first frame were there', async () => {
    const first = Promise.withResolvers<void>()
    const voice = new ScriptedVoice({ before: () => first.promise })
    const { spoken } = speaking(answer('A sentence with its times.'), { clock, voice })
    await clock.advance(120)
    first.resolve()
    await clock.advance(5_000)
    expect((await spoken).timings).toEqual({
      firstSentenceMs: 1_000,
      ttsFirstByteMs: 1_120,
      firstFrameMs: 1_120,
      firstAudibleFrameMs: 1_120,
    })
  })

  test('speaks in forty rooms at the same time', async () => {
    const all = Array.from({ length: 40 }, () =>
      speaking(answer('Hello to everybody in this room.'), { clock }),
    )
    await clock.advance(4_000)
    for (const { spoken, heard } of all) {
      expect(await spoken).toMatchObject({ status: 'played', underruns: 0 })
      expect(heard.length).toBe(all[0]?.heard.length)
    }
  })
})
