import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { personScope } from '#core/chat/place-settings.ts'
import { InferenceUnavailableError } from '#core/inference/errors.ts'
import { openInference } from '#core/inference/open-inference.ts'
import type { ChatCompletionRequest } from '#core/inference/ports.ts'
import { forgetPerson } from '#core/store/forget.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { setSetting } from '#core/store/settings.ts'
import { acceptTurn, finishTurn, getTurn } from '#core/store/turns.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ChatWorld } from '#test/support/chat-world.ts'
import { eventually } from '#test/support/eventually.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import {
  answering,
  failing,
  type Script,
  scriptedModel,
  stallingAfter,
} from '#test/support/scripted-chat-model.ts'

const logger = createLogger({ level: 'silent' })
let store: TestDatabase

beforeAll(async () => {
  store = await createTestDatabase()
})

afterAll(async () => {
  await store[Symbol.asyncDispose]()
})

/** A world of its own: its people are strangers to those of other tests. */
async function openWorld(options: { retry?: { maxTries: number; backoffMs: number[] } } = {}) {
  const bus = await openInProcessBus({ file: ':memory:', logger, ...options })
  const world = new ChatWorld({ bus, store })
  const stack = new AsyncDisposableStack()
  stack.use(bus)
  stack.use(world)
  return Object.assign(world, { [Symbol.asyncDispose]: () => stack.disposeAsync() })
}

let user: string
let users = 0
beforeEach(() => {
  users += 1
  user = `user ${users}`
})

const stored = async (request: { turnId: string }) => await getTurn(store.db, request.turnId)

/** Repeats what was said last. */
const echo: Script = async function* (request) {
  yield { type: 'text', text: `You said ${lastSaid(request)}.` }
  yield { type: 'end', finishReason: 'stop' }
}

function linesOf({ messages }: ChatCompletionRequest): Record<string, string>[] {
  const users = messages.filter(({ role }) => role === 'user')
  return users.flatMap(({ content }) => content.split('\n').map((line) => JSON.parse(line)))
}

const lastSaid = (request: ChatCompletionRequest) => linesOf(request).at(-1)?.text

describe('a request', () => {
  test('is answered once: streamed, committed, then ended', async () => {
    await using world = await openWorld()
    world.startWorker(scriptedModel(answering('[happy]Hel', 'lo.')))
    const request = await world.say('Hi', { user })
    const end = await world.waitForEnd(request)
    expect(end).toMatchObject({ status: 'complete', text: 'Hello.', attempt: 1 })
    expect(await stored(request)).toMatchObject({ status: 'complete', text: 'Hi', reply: 'Hello.' })
    const events = world.eventsOf(request)
    expect(events.map(({ index }) => index)).toEqual(events.map((_, index) => index))
    expect(events.map(({ type }) => type).filter((type) => type !== 'reply.delta')).toEqual([
      'reply.start',
      'reply.expression',
      'reply.end',
    ])
    expect(world.textOf(request)).toBe('Hello.')
  })

  test('that was answered before has its end told again and is not answered again', async () => {
    await using world = await openWorld()
    const model = scriptedModel(answering('Hello.'))
    world.startWorker(model)
    const request = await world.say('Hi', { user })
    await world.waitForEnd(request)
    await world.deliverAgain(request)
    expect(await world.waitForEnd(request, 2)).toMatchObject({
      status: 'complete',
      text: 'Hello.',
      attempt: 1,
    })
    expect(model.requests).toHaveLength(1)
  })

  test('that the queue delivers twice at once is one turn', async () => {
    await using world = await openWorld()
    const model = scriptedModel(answering('Hello.'))
    const request = world.compose('Hi', { user })
    await Promise.all([world.deliverAgain(request), world.deliverAgain(request), world.deliverAgain(request)])
    world.startWorker(model)
    await world.waitForEnd(request, 3)
    expect(model.requests).toHaveLength(1)
    expect(new Set(world.endsOf(request).map(({ text }) => text))).toEqual(new Set(['Hello.']))
  })

  test('of one person waits for the one before; other people do not wait', async () => {
    await using world = await openWorld()
    const resume = Promise.withResolvers<void>()
    world.startWorker(scriptedModel(stallingAfter(['One'], resume.promise), echo))
    const first = await world.say('1', { user })
    await world.waitForText(first, 'One')
    const second = await world.say('2', { user })
    const other = await world.say('3', { user: `${user} other` })
    await world.waitForEnd(other)
    expect(world.eventsOf(second)).toEqual([])
    resume.resolve()
    await world.waitForEnd(second)
    const ends = world.events.filter(({ type }) => type === 'reply.end').map(({ turnId }) => turnId)
    expect(ends).toEqual([other.turnId, first.turnId, second.turnId])
  })

  test('whose model fails ends with a sentence for the person', async () => {
    await using world = await openWorld()
    const facts = { service: 'llm', address: 'http://llm.lab', remedy: 'Start it.', isPassing: true } as const
    world.startWorker(scriptedModel(failing(new InferenceUnavailableError('is away', facts), 'Hel')))
    const request = await world.say('Hi', { user })
    const end = await world.waitForEnd(request)
    expect(end).toMatchObject({ status: 'failed', text: 'Hel', notice: expect.stringContaining('llm.lab') })
    expect(await stored(request)).toMatchObject({ status: 'failed', reply: 'Hel', notice: end.notice })
  })

  test('that can never be stored is put aside, and the next one is answered', async () => {
    await using world = await openWorld({ retry: { maxTries: 10, backoffMs: [1] } })
    world.startWorker(scriptedModel(echo))
    const signal = AbortSignal.timeout(15_000)
    const letters = world.bus.subscribe('ai.dead.chat', { signal })[Symbol.asyncIterator]()
    const poison = await world.say('Hi', { user, messageId: 'a\0b' })
    expect((await letters.next()).done).toBe(false)
    expect(await world.waitForEnd(poison)).toMatchObject({
      status: 'failed',
      notice: expect.stringMatching(/fault/),
    })
    await world.waitForEnd(await world.say('Hi again', { user }))
  })
})

describe('what a turn knows', () => {
  test('is the conversation so far, whoever spoke, and nothing of other places', async () => {
    await using world = await openWorld()
    const model = scriptedModel(echo)
    world.startWorker(model)
    const place = { kind: 'guild', id: `channel ${user}` } as const
    await world.waitForEnd(await world.say('secret', { user }))
    await world.waitForEnd(await world.say('first', { user, place, displayName: 'Anna' }))
    await world.waitForEnd(await world.say('second', { user: `${user} bob`, place, displayName: 'Bob' }))
    const last = model.requests.at(-1)
    expect(
      linesOf(last ?? { messages: [], sessionId: '' }).map(({ type, from, text }) => [type, from, text]),
    ).toEqual([
      ['message', 'Anna', 'first'],
      ['now', undefined, undefined],
      ['message', 'Bob', 'second'],
    ])
    expect(last?.messages.find(({ role }) => role === 'assistant')?.content).toBe('You said first.')
    expect(last?.sessionId).toBe(model.requests.at(-2)?.sessionId)
    expect(last?.sessionId).not.toBe(model.requests.at(-3)?.sessionId)
  })

  test('is the persona of the place and the wishes of the person', async () => {
    await using world = await openWorld()
    const model = scriptedModel(echo)
    world.startWorker(model)
    const place = { kind: 'guild', id: `channel ${user}`, guildId: `guild ${user}` } as const
    await setSetting(store.db, `web:guild:guild ${user}`, 'persona', { name: 'Guildy', style: 'grand' })
    await setSetting(store.db, `web:channel:channel ${user}`, 'persona', { style: 'plain' })
    const { personId } = await ensureAuthor(store.db, world.compose('', { user }).author)
    await setSetting(store.db, personScope(personId), 'persona', { callMe: 'Cap' })
    await world.waitForEnd(await world.say('Hi', { user, place }))
    const [request] = model.requests
    expect(request?.messages[0]?.content).toMatch(/^You are Guildy, .*How you talk: plain\n/s)
    expect(linesOf(request ?? { messages: [], sessionId: '' })).toContainEqual({
      type: 'wishes',
      callMe: 'Cap',
    })
  })

  test('blocks the words of the place', async () => {
    await using world = await openWorld()
    world.startWorker(scriptedModel(answering('Oh da', 'rn. Fine.')))
    await setSetting(store.db, `web:channel:place of ${user}`, 'blockedWords', ['darn'])
    const request = await world.say('Hi', { user })
    expect(await world.waitForEnd(request)).toMatchObject({ text: 'Oh •••. Fine.' })
    expect(world.textOf(request)).toBe('Oh •••. Fine.')
  })

  test('is summarised when it outgrows the prompt, after the answer, and the summary stands in for it', async () => {
    await using world = await openWorld()
    const model = scriptedModel(async function* (request, signal) {
      const isSummary = request.messages[0]?.content.startsWith('You keep notes') ?? false
      yield* isSummary ? answering('They talked about boats.')(request, signal) : echo(request, signal)
    })
    world.startWorker(model, { historyTokens: 200 })
    const say = async (text: string) => await world.waitForEnd(await world.say(text, { user }))
    for (let round = 0; round < 6; round++) await say(`boat ${round} ${'x'.repeat(80)}`)
    const summaries = () =>
      model.requests.filter(({ messages }) => messages[0]?.content.startsWith('You keep notes'))
    const answers = () => model.requests.filter((request) => !summaries().includes(request))
    const lastLines = () => answers().slice(-1).flatMap(linesOf)
    await eventually(async () => {
      await say(`more ${answers().length}`)
      return summaries().length > 1 && lastLines()[0]?.type === 'summary'
    })
    expect(lastLines()[0]).toEqual({ type: 'summary', text: 'They talked about boats.' })
    expect(lastLines().filter(({ text }) => text?.startsWith('boat 0'))).toEqual([])
    const summarised = summaries().flatMap((request) =>
      linesOf(request).filter(({ type }) => type === 'message'),
    )
    expect(new Set(summarised.map(({ text }) => text)).size).toBe(summarised.length)
  })
})

test('the demo brain is never asked for a summary', async () => {
  await using world = await openWorld()
  const model = { ...scriptedModel(echo), isDemo: true }
  world.startWorker(model, { historyTokens: 1 })
  for (let round = 0; round < 3; round++) await world.waitForEnd(await world.say('boat', { user }))
  expect(model.requests.filter(({ messages }) => messages[0]?.content.startsWith('You keep notes'))).toEqual(
    [],
  )
  expect(model.requests).toHaveLength(3)
})

describe('a stopped turn', () => {
  test('keeps the text so far', async () => {
    await using world = await openWorld()
    const model = scriptedModel(stallingAfter(['Hel', 'lo']))
    world.startWorker(model)
    const request = await world.say('Hi', { user })
    await world.waitForText(request, 'Hello')
    world.cancel(request, 'stop')
    expect(await world.waitForEnd(request)).toMatchObject({ status: 'stopped', text: 'Hello' })
    expect(await stored(request)).toMatchObject({ status: 'stopped', reply: 'Hello' })
    expect(model.abandoned).toHaveLength(1)
  })

  test('that waited in the queue is not begun', async () => {
    await using world = await openWorld()
    const resume = Promise.withResolvers<void>()
    const model = scriptedModel(stallingAfter(['One'], resume.promise), echo)
    world.startWorker(model)
    const first = await world.say('1', { user })
    const second = await world.say('2', { user })
    await world.waitForText(first, 'One')
    world.cancel(second, 'stop')
    resume.resolve()
    expect(await world.waitForEnd(second)).toMatchObject({ status: 'stopped', text: '' })
    expect(model.requests).toHaveLength(1)
  })
})

describe('a deleted message', () => {
  test('is not answered when it was deleted before its request came', async () => {
    await using world = await openWorld()
    const model = scriptedModel(echo)
    world.startWorker(model)
    const request = world.compose('Hi', { user })
    await world.retract(request)
    await world.deliverAgain(request)
    const next = await world.say('Hello', { user })
    await world.waitForEnd(next)
    expect(world.eventsOf(request)).toEqual([])
    expect(await stored(request)).toBeUndefined()
    expect(model.requests.map(lastSaid)).toEqual(['Hello'])
  })

  test('is not answered when it was deleted while it waited', async () => {
    await using world = await openWorld()
    const resume = Promise.withResolvers<void>()
    const model = scriptedModel(stallingAfter(['One'], resume.promise), echo)
    world.startWorker(model)
    const first = await world.say('1', { user })
    const second = await world.say('2', { user })
    await world.waitForText(first, 'One')
    world.cancel(second, 'deleted')
    await world.retract(second)
    resume.resolve()
    await world.waitForEnd(await world.say('3', { user }))
    expect(model.requests.map(lastSaid)).toEqual(['1', '3'])
    expect(await stored(second)).toBeUndefined()
  })

  test('takes its answer back while it is being written', async () => {
    await using world = await openWorld()
    const model = scriptedModel(stallingAfter(['Hello']))
    world.startWorker(model)
    const request = await world.say('Hi', { user })
    await world.waitForText(request, 'Hello')
    world.cancel(request, 'deleted')
    await world.retract(request)
    expect(await world.waitForEnd(request)).toMatchObject({ status: 'retracted', text: '' })
    expect(await stored(request)).toMatchObject({ status: 'retracted', text: '', reply: '' })
    expect(model.abandoned).toHaveLength(1)
  })

  test('takes its answer back after it was written', async () => {
    await using world = await openWorld()
    world.startWorker(scriptedModel(echo))
    const request = await world.say('Hi', { user })
    await world.waitForEnd(request)
    await world.retract(request)
    expect(await world.waitForEnd(request, 2)).toMatchObject({ status: 'retracted', text: '', attempt: 1 })
    expect(await stored(request)).toMatchObject({ status: 'retracted', text: '', reply: '' })
    await world.deliverAgain(request)
    await world.waitForEnd(await world.say('Hello', { user }))
    expect(world.endsOf(request)).toHaveLength(2)
  })
})

describe('an edited message', () => {
  test('is answered as edited when the turn had not begun', async () => {
    await using world = await openWorld()
    const model = scriptedModel(echo)
    const request = world.compose('Hi', { user })
    await world.amend(request, 'Good morning')
    await world.deliverAgain(request)
    world.startWorker(model)
    expect(await world.waitForEnd(request)).toMatchObject({ text: 'You said Good morning.' })
  })

  test('keeps its answer when that was given', async () => {
    await using world = await openWorld()
    const model = scriptedModel(echo)
    world.startWorker(model)
    const request = await world.say('Hi', { user })
    await world.waitForEnd(request)
    await world.amend(request, 'Good morning')
    await world.waitForEnd(await world.say('Next', { user }))
    expect(await stored(request)).toMatchObject({ text: 'Hi', reply: 'You said Hi.' })
    expect(world.endsOf(request)).toHaveLength(1)
  })
})

test('a cancel ends the request to the model server', async () => {
  await using world = await openWorld()
  const plan = { tokens: Array.from({ length: 1_000 }, () => 'word '), tokensPerSecond: 50 }
  await using server = await startInferenceServer({ plans: { llm: plan } })
  await using inference = openInference({ llm: server.targets.llm }, { logger })
  world.startWorker(inference.chatModel)
  const request = await world.say('Hi', { user })
  await eventually(() => world.textOf(request).startsWith('word word '))
  world.cancel(request, 'stop')
  expect((await world.waitForEnd(request)).text).toMatch(/^(word )+$/)
  await server.waitFor(({ abortedAt }) => abortedAt !== undefined)
})

test('a person who asks to be forgotten in the middle of an answer leaves nothing behind', async () => {
  await using world = await openWorld()
  const resume = Promise.withResolvers<void>()
  world.startWorker(scriptedModel(stallingAfter(['Hello'], resume.promise)))
  const request = await world.say('Hi', { user })
  await world.waitForText(request, 'Hello')
  const { personId } = await ensureAuthor(store.db, request.author)
  await forgetPerson(store.db, personId, {})
  resume.resolve()
  expect(await world.waitForEnd(request)).toMatchObject({ status: 'retracted', text: '' })
  expect((await stored(request))?.reply ?? '').toBe('')
})

test('an attempt that another one overtook says nothing, and holds its delivery until the other is over', async () => {
  await using world = await openWorld()
  const resume = Promise.withResolvers<void>()
  world.startWorker(scriptedModel(stallingAfter(['Mine'], resume.promise), echo))
  const request = await world.say('Hi', { user })
  await world.waitForText(request, 'Mine')
  const overtaking = await acceptTurn(store.db, request)
  expect(overtaking).toMatchObject({ kind: 'run', attempt: 2 })
  const next = await world.say('Next', { user })
  resume.resolve()
  await expect(world.waitForEnd(next, 1, 700)).rejects.toThrow()
  expect(world.endsOf(request)).toEqual([])
  await finishTurn(store.db, { turnId: request.turnId, attempt: 2, status: 'complete', text: 'Theirs' })
  expect(await world.waitForEnd(request)).toMatchObject({ status: 'complete', text: 'Theirs', attempt: 2 })
  await world.waitForEnd(next)
})

describe('a worker that is told to stop', () => {
  test('finishes what it began', async () => {
    await using world = await openWorld()
    const resume = Promise.withResolvers<void>()
    const worker = world.startWorker(scriptedModel(stallingAfter(['Hello'], resume.promise)))
    const request = await world.say('Hi', { user })
    await world.waitForText(request, 'Hello')
    const stopped = worker.stop()
    resume.resolve()
    await stopped
    expect(world.endsOf(request)).toEqual([expect.objectContaining({ status: 'complete', text: 'Hello' })])
  })

  test('hands back what takes longer than its grace, and another worker begins it anew', async () => {
    await using world = await openWorld()
    const worker = world.startWorker(scriptedModel(stallingAfter(['Hel'])), { graceMs: 50 })
    const request = await world.say('Hi', { user })
    await world.waitForText(request, 'Hel')
    await worker.stop()
    expect(world.endsOf(request)).toEqual([])
    expect(await stored(request)).toMatchObject({ status: 'running', reply: '' })
    world.startWorker(scriptedModel(answering('Hello.')))
    expect(await world.waitForEnd(request)).toMatchObject({ status: 'complete', text: 'Hello.', attempt: 2 })
    expect(world.textOf(request)).toBe('Hello.')
  })
})
