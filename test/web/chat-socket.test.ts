import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { acceptTurn, finishTurn } from '#core/store/turns.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import { answering, failing, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { openWebWorld, TestSocket, type WebWorldOptions } from '#test/support/web-world.ts'
import { localOwner } from '#web/access/identity.ts'
import { placeOf } from '#web/chat/place.ts'
import { applyFrame, type Transcript } from '#web/client/transcript.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => await database[Symbol.asyncDispose]())

const open = (options: WebWorldOptions = {}) => openWebWorld({ database, ...options })
let count = 0
const newTalk = () => `socket-talk-${++count}`
const newKey = () => `socket-key-${++count}`

/** What the page behind a socket shows. */
function shown(socket: TestSocket): Transcript {
  return socket.frames.reduce<Transcript>(applyFrame, [])
}

async function freshSnapshot(origin: string, conversation: string): Promise<Transcript> {
  using socket = await TestSocket.greet(origin, conversation)
  return shown(socket)
}

describe('a conversation over a socket', () => {
  test('streams an answer and ends it with HTML', async () => {
    await using world = await open({ chatModel: scriptedModel(answering('Hello **you**', ' there.')) })
    using socket = await TestSocket.greet(world.origin, newTalk())
    socket.send({ type: 'send', key: newKey(), text: 'hi' })
    const { turn } = await socket.next('accepted')
    const reply = {
      status: 'complete',
      text: 'Hello **you** there.',
      html: '<p>Hello <strong>you</strong> there.</p>\n',
      speechParts: 1,
    }
    expect(await socket.next('end')).toEqual({ type: 'end', turn, reply })
    const types = socket.frames.map(({ type }) => type)
    expect(types.filter((type) => type !== 'delta' && type !== 'accepted')).toEqual([
      'snapshot',
      'said',
      'start',
      'end',
    ])
    expect(types).toContain('delta')
  })

  test('keeps what was written when it is stopped', async () => {
    await using world = await open({ chatModel: scriptedModel(stallingAfter(['Once upon'])) })
    using socket = await TestSocket.greet(world.origin, newTalk())
    socket.send({ type: 'send', key: newKey(), text: 'a story' })
    const { turn } = await socket.next('delta')
    socket.send({ type: 'stop', turn })
    expect((await socket.next('end')).reply).toMatchObject({ status: 'stopped', text: 'Once upon' })
  })

  test('puts a changed message in the place of the last, also while that is being answered', async () => {
    await using world = await open({
      chatModel: scriptedModel(stallingAfter(['Wait']), answering('Better.')),
    })
    const talk = newTalk()
    using socket = await TestSocket.greet(world.origin, talk)
    socket.send({ type: 'send', key: newKey(), text: 'helo' })
    const { turn: replaces } = await socket.next('delta')
    socket.send({ type: 'send', key: newKey(), text: 'hello', replaces })
    await socket.next('end', ({ turn }) => turn !== replaces)
    expect(shown(socket)).toMatchObject([{ said: 'hello', reply: { text: 'Better.' } }])
    expect(await freshSnapshot(world.origin, talk)).toEqual(shown(socket))
  })

  test('refuses to change anything but the last message, and a turn that is not there', async () => {
    await using world = await open()
    using socket = await TestSocket.greet(world.origin, newTalk())
    socket.send({ type: 'send', key: newKey(), text: 'one' })
    const { turn } = await socket.next('end')
    const second = newKey()
    socket.send({ type: 'send', key: second, text: 'two' })
    await socket.next('end', (end) => end.turn !== turn)
    for (const replaces of [turn, 'a'.repeat(26)]) {
      const key = newKey()
      socket.send({ type: 'send', key, text: 'other', replaces })
      expect((await socket.next('refused', (frame) => frame.key === key)).notice).toContain(
        'Only your last message',
      )
    }
  })

  test('says in a sentence when a message cannot be taken', async () => {
    await using world = await open()
    using socket = await TestSocket.greet(world.origin, newTalk())
    for (const [text, words] of [
      ['  ', 'nothing in the message'],
      ['x'.repeat(8_001), '8,000 characters'],
    ] as const) {
      const key = newKey()
      socket.send({ type: 'send', key, text })
      expect((await socket.next('refused', (frame) => frame.key === key)).notice).toContain(words)
    }
  })

  test('ends a failed answer with the sentence for the person', async () => {
    await using world = await open({ chatModel: scriptedModel(failing(new Error('inner secret'), 'Half')) })
    using socket = await TestSocket.greet(world.origin, newTalk())
    socket.send({ type: 'send', key: newKey(), text: 'hi' })
    const { reply } = await socket.next('end')
    expect(reply.status).toBe('failed')
    expect(reply.notice).toMatch(/\w+ \w+/)
    expect(JSON.stringify(reply)).not.toContain('inner secret')
  })

  test('takes the same key a hundred times at once, on several pages, as one message', async () => {
    const chatModel = scriptedModel(answering('Once.'))
    await using world = await open({ chatModel })
    const talk = newTalk()
    const keys = Array.from({ length: 5 }, newKey)
    const pages = await Promise.all(Array.from({ length: 10 }, () => TestSocket.greet(world.origin, talk)))
    // Ten pages send each key twice; as many as a page may have waiting.
    for (const page of pages)
      for (const key of [...keys, ...keys]) page.send({ type: 'send', key, text: `message ${key}` })
    for (const page of pages)
      for (const key of keys) await page.next('accepted', (frame) => frame.key === key)
    for (const key of keys) await pages[0]?.next('end', ({ turn }) => turn === turnIdOf(localOwner, key))
    expect(chatModel.requests).toHaveLength(5)
    expect(await freshSnapshot(world.origin, talk)).toHaveLength(5)
    for (const page of pages) page[Symbol.dispose]()
  })
})

describe('several pages', () => {
  test('of one conversation show the same, also of what another page says', async () => {
    await using world = await open({ chatModel: scriptedModel(answering('One', ' answer.')) })
    const talk = newTalk()
    using first = await TestSocket.greet(world.origin, talk)
    using second = await TestSocket.greet(world.origin, talk)
    first.send({ type: 'send', key: newKey(), text: 'hi' })
    await Promise.all([first.next('end'), second.next('end')])
    expect(shown(second)).toEqual(shown(first))
    expect(shown(second)).toMatchObject([{ said: 'hi', reply: { text: 'One answer.' } }])
  })

  test('of another conversation, or of another person, are told nothing', async () => {
    const identify: WebWorldOptions['identify'] = (header) => ({
      platform: 'web',
      platformUserId: header('x-test-user') ?? 'owner',
      displayName: 'Somebody',
    })
    await using world = await open({ identify })
    const talk = newTalk()
    using own = await TestSocket.greet(world.origin, talk)
    using elsewhere = await TestSocket.greet(world.origin, newTalk())
    using stranger = await TestSocket.greet(world.origin, talk, { 'x-test-user': 'eve' })
    own.send({ type: 'send', key: newKey(), text: 'between us' })
    const { turn } = await own.next('end')
    for (const other of [stranger, elsewhere]) {
      other.send({ type: 'stop', turn })
      other.send({ type: 'send', key: newKey(), text: 'x', replaces: turn })
      await other.next('refused')
      expect(JSON.stringify(other.frames)).not.toContain('between us')
      expect(other.frames.map(({ type }) => type)).not.toContain('end')
    }
    expect(await freshSnapshot(world.origin, talk)).toHaveLength(1)
  })

  test('that join while an answer is written show it from its beginning', async () => {
    const resume = Promise.withResolvers<void>()
    await using world = await open({
      chatModel: scriptedModel(async function* (request, signal) {
        yield* stallingAfter(['Once ', 'upon '], resume.promise)(request, signal)
        yield { type: 'text', text: 'a time.' }
        yield { type: 'end', finishReason: 'stop' }
      }),
    })
    const talk = newTalk()
    using first = await TestSocket.greet(world.origin, talk)
    first.send({ type: 'send', key: newKey(), text: 'a story' })
    await expect.poll(() => shown(first)[0]?.reply).toMatchObject({ text: 'Once upon ' })
    using late = await TestSocket.greet(world.origin, talk)
    expect(shown(late)[0]?.reply).toEqual({ status: 'running', text: 'Once upon ' })
    resume.resolve()
  })

  test('show an answer that goes on when all of them were away, and come back', async () => {
    let isEnough = false
    const chatModel = scriptedModel(async function* () {
      for (let word = 0; !isEnough; word++) {
        await delay(10)
        yield { type: 'text', text: `word${word} ` }
      }
      yield { type: 'end', finishReason: 'stop' }
    })
    await using world = await open({ chatModel })
    const talk = newTalk()
    {
      using first = await TestSocket.greet(world.origin, talk)
      first.send({ type: 'send', key: newKey(), text: 'many words' })
      await first.next('delta')
    }
    const seen: string[] = []
    for (let visit = 0; visit < 4; visit++) {
      using page = await TestSocket.greet(world.origin, talk)
      await page.next('delta')
      const reply = shown(page)[0]?.reply
      seen.push(reply?.status === 'running' ? reply.text : 'nothing')
    }
    using last = await TestSocket.greet(world.origin, talk)
    isEnough = true
    const { text } = (await last.next('end')).reply
    for (const part of seen) expect(text.startsWith(part), part).toBe(true)
    expect(await freshSnapshot(world.origin, talk)).toEqual(shown(last))
  })

  test('learn an end that the bus never told', async () => {
    await using world = await open({ hasWorker: false, socketLimits: { tickMs: 50, silenceMs: 100 } })
    const talk = newTalk()
    using socket = await TestSocket.greet(world.origin, talk)
    const key = newKey()
    socket.send({ type: 'send', key, text: 'hi' })
    const { turn: turnId } = await socket.next('accepted')
    const envelope = {
      v: 1,
      id: turnId,
      at: Date.now(),
      correlationId: turnId,
      type: 'chat.request',
    } as const
    const request = {
      ...envelope,
      turnId,
      author: localOwner,
      place: placeOf(localOwner, talk),
      messageId: key,
      text: 'hi',
    }
    await acceptTurn(database.db, request)
    await finishTurn(database.db, { turnId, attempt: 1, status: 'complete', text: 'Found.' })
    expect((await socket.next('end')).reply).toMatchObject({ text: 'Found.' })
  })

  test('learn what was said to another process', async () => {
    await using world = await open({ chatModel: scriptedModel(answering('Hello.')) })
    await using other = await open({ bus: world.bus, hasWorker: false })
    const talk = newTalk()
    using here = await TestSocket.greet(world.origin, talk)
    using there = await TestSocket.greet(other.origin, talk)
    here.send({ type: 'send', key: newKey(), text: 'hi' })
    await here.next('end')
    await expect.poll(() => shown(there)).toEqual(shown(here))
  })
})
