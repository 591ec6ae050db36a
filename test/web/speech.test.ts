import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Synthesizer } from '#core/inference/ports.ts'
import { type Answer, ask, post } from '#test/support/http-ask.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import { answering, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { rootMeanSquare } from '#test/support/sound.ts'
import { openWebWorld, TestSocket, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => await database[Symbol.asyncDispose]())

const reply = 'Good evening. The lantern is lit, and the kettle is on. Sit down.\n\n```\ncode\n```'
let count = 0

/** A world in which an answer was just given. */
async function answered(options: WebWorldOptions = {}): Promise<{ world: WebWorld; turn: string }> {
  const world = await openWebWorld({ database, chatModel: scriptedModel(answering(reply)), ...options })
  using socket = await TestSocket.greet(world.origin, `speech-${++count}`)
  socket.send({ type: 'send', key: `speech-key-${count}`, text: 'good evening' })
  const { turn } = await socket.next('end')
  return { world, turn }
}

const speech = (world: WebWorld, turn: string, part: string | number): Promise<Answer> =>
  ask(world.origin, { path: `/chat/turns/${turn}/speech?part=${part}` })

describe('reading aloud', () => {
  test('gives an answer part by part as WAV', async () => {
    const { world, turn } = await answered()
    await using _ = world
    const first = await speech(world, turn, 0)
    expect([first.status, first.headers['content-type']]).toEqual([200, 'audio/wav'])
    const view = new DataView(first.bytes.buffer, first.bytes.byteOffset, first.bytes.length)
    expect(first.bytes.subarray(0, 4).toString()).toBe('RIFF')
    expect(view.getUint32(24, true)).toBe(16_000)
    expect(view.getUint32(40, true)).toBe(first.bytes.length - 44)
    // The humming voice hums 50 ms for every letter.
    expect(view.getUint32(40, true)).toBe('Good evening.'.length * 1_600)
    const samples = new Int16Array(first.bytes.length / 2 - 22).map((_, index) =>
      view.getInt16(44 + index * 2, true),
    )
    expect(rootMeanSquare(samples)).toBeGreaterThan(5_000)
    expect((await speech(world, turn, 1)).status).toBe(200)
    expect((await speech(world, turn, 2)).status).toBe(404)
  })

  test('is for the person’s own turns and for nothing else', async () => {
    const identify: WebWorldOptions['identify'] = (header) => ({
      platform: 'web',
      platformUserId: header('x-test-user') ?? 'owner',
      displayName: 'Somebody',
    })
    const { world, turn } = await answered({ identify })
    await using _ = world
    const path = `/chat/turns/${turn}/speech?part=0`
    expect((await ask(world.origin, { path, headers: { 'x-test-user': 'eve' } })).status).toBe(404)
    for (const part of ['-1', 'x', '1e9', '0.5', 'NaN', '__proto__'])
      expect((await speech(world, turn, part)).status).toBe(404)
    for (const id of ['a'.repeat(26), '..', 'x', '%00']) expect((await speech(world, id, 0)).status).toBe(404)
  })

  test('stops the voice when nobody waits for it any more', async () => {
    const begun = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<unknown>()
    const synthesizer: Synthesizer = {
      name: 'a voice that never ends',
      synthesize: async (_, { signal }) => ({
        sampleRateHz: 16_000,
        blocks: (async function* () {
          begun.resolve()
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          yield new Int16Array(1)
        })(),
      }),
    }
    const { world, turn } = await answered({
      synthesizer: {
        ...synthesizer,
        synthesize: async (text, options) => {
          options.signal.addEventListener('abort', () => stopped.resolve(options.signal.reason))
          return await synthesizer.synthesize(text, options)
        },
      },
    })
    await using _ = world
    const leaving = new AbortController()
    const asking = fetch(`${world.origin}/chat/turns/${turn}/speech?part=0`, {
      signal: leaving.signal,
    }).catch(() => 'left')
    await begun.promise
    leaving.abort()
    expect(await asking).toBe('left')
    await stopped.promise
  })

  test('says plainly when the voice is away, and bounds what it takes', async () => {
    const broken: Synthesizer = {
      name: 'broken',
      synthesize: async () => await Promise.reject(new Error('inner secret')),
    }
    const { world, turn } = await answered({ synthesizer: broken })
    await using _ = world
    const answer = await speech(world, turn, 0)
    expect([answer.status, answer.text]).toEqual([503, ''])

    const endless: Synthesizer = {
      name: 'endless',
      synthesize: async () => ({
        sampleRateHz: 8_000,
        blocks: (async function* () {
          for (;;) yield new Int16Array(8_000)
        })(),
      }),
    }
    const other = await answered({ synthesizer: endless })
    await using _other = other.world
    expect((await speech(other.world, other.turn, 0)).bytes.length).toBeLessThan(62 * 16_000)
  })

  test('is not given to another site’s page', async () => {
    const { world, turn } = await answered()
    await using _ = world
    const path = `/chat/turns/${turn}/speech?part=0`
    expect((await ask(world.origin, { path, headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await post(world.origin, path, {})).status).toBe(404)
  })
})
