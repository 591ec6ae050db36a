import { expect, test } from 'vitest'
import {
  cancelChat,
  consumeChat,
  enqueueChat,
  followUser,
  lastReply,
  onCancel,
  publishReply,
  recordReply,
} from '#core/bus/chat-bus.ts'
import { resumeTurn } from '#core/bus/resume-turn.ts'
import type { ChatCancel, ChatWork, ReplyEvent } from '#core/protocol/chat.ts'
import { encodeMessage } from '#core/protocol/codec.ts'
import { eventually } from '#test/support/eventually.ts'
import type { CurrentFixture } from './contract.ts'
import { author, chatRequest, replyEvents, user, utf8, workFor } from './messages.ts'

const strangeIds = ['a.b', '*', '>', 'a b', '', 'ünïcødé 🦊', '../x', 'a\r\nb', '-', '_', 'a_2e_b']

export function describeChatFunctions(fixture: CurrentFixture): void {
  test('work arrives decoded, and the same message twice arrives once', async () => {
    const bus = await fixture().open()
    const seen: ChatWork[] = []
    const stop = new AbortController()
    const working = consumeChat(bus, async (work) => void seen.push(work), {
      signal: stop.signal,
      concurrency: 4,
    })
    const request = chatRequest('u1', 'm1')
    const envelope = {
      v: 1,
      id: 'x',
      at: 1,
      correlationId: 'x',
      author: author('u1'),
      messageId: 'm1',
    } as const
    await enqueueChat(bus, request)
    await enqueueChat(bus, { ...request, id: 'again' })
    await enqueueChat(bus, { ...envelope, type: 'chat.amend', text: 'one' })
    await enqueueChat(bus, { ...envelope, type: 'chat.amend', text: 'two' })
    await enqueueChat(bus, { ...envelope, type: 'chat.amend', text: 'two' })
    await enqueueChat(bus, { ...envelope, type: 'chat.retract' })
    await eventually(() => seen.length >= 4)
    expect(seen.map(({ type }) => type)).toEqual(['chat.request', 'chat.amend', 'chat.amend', 'chat.retract'])
    expect(seen[0]).toEqual(request)
    stop.abort()
    await working
  })

  test('what cannot be decoded, or is of a future version, is put aside; an unknown type is skipped', async () => {
    const bus = await fixture().open()
    const dead = bus
      .subscribe('ai.dead.chat', { signal: AbortSignal.timeout(20_000) })
      [Symbol.asyncIterator]()
    const seen: ChatWork[] = []
    const stop = new AbortController()
    const working = consumeChat(bus, async (work) => void seen.push(work), {
      signal: stop.signal,
      concurrency: 4,
    })
    const request = chatRequest('u1', 'm1')
    const encoded = (message: { v: number; type: string }) => ({ body: encodeMessage(message) })
    await bus.enqueue(workFor('web-u1', 'garbage', { body: utf8('\xc1 not MessagePack') }))
    await bus.enqueue(workFor('web-u1', 'future', encoded({ ...request, v: 2 })))
    await bus.enqueue(workFor('web-u1', 'unknown', encoded({ ...request, type: 'chat.dance' })))
    await bus.enqueue(workFor('web-u1', 'faulty', encoded({ ...request, ...{ text: 7 } })))
    await enqueueChat(bus, request)
    const reasons: (string | undefined)[] = []
    for (let n = 0; n < 3; n++) reasons.push((await dead.next()).value?.headers['dead-reason'])
    expect(reasons[0]).toMatch(/not MessagePack/)
    expect(reasons[1]).toMatch(/version 2/)
    expect(reasons[2]).toMatch(/chat.request: faulty text/)
    await eventually(() => seen.length > 0)
    expect(seen).toEqual([request])
    stop.abort()
    await working
  })

  test('each user hears the replies to themselves only, whatever their id looks like', async () => {
    const bus = await fixture().open()
    const stop = new AbortController()
    const heard = new Map<string, string[]>()
    const following = strangeIds.map(async (id) => {
      const turns: string[] = []
      heard.set(id, turns)
      for await (const event of followUser(bus, user(id), { signal: stop.signal })) turns.push(event.turnId)
    })
    for (const [n, id] of strangeIds.entries()) publishReply(bus, user(id), replyEvents(`turn-${n}`).start())
    await eventually(() => [...heard.values()].every((turns) => turns.length > 0))
    stop.abort()
    await Promise.all(following)
    for (const [n, id] of strangeIds.entries()) expect(heard.get(id), id).toEqual([`turn-${n}`])
  })

  test('work of a user with a strange id stays in a lane of its own', async () => {
    const bus = await fixture().open()
    const lanes = new Set<string>()
    const stop = new AbortController()
    const handle = async (_: ChatWork, { subject }: { subject: string }) => void lanes.add(subject)
    const working = consumeChat(bus, handle, { signal: stop.signal, concurrency: 4 })
    const ids = strangeIds.filter((id) => id !== '')
    for (const [n, id] of ids.entries()) await enqueueChat(bus, chatRequest(id, `m${n}`))
    await eventually(() => lanes.size === ids.length)
    for (const lane of lanes) expect(lane).toMatch(/^ai\.chat\.request\.[A-Za-z0-9_-]+$/)
    stop.abort()
    await working
  })

  test('a reader that comes back resumes from the record and hears each event once, in order', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const say = replyEvents('t1')
    const tell = async (event: ReplyEvent, isKept = false) => {
      publishReply(other, user('u1'), event)
      if (isKept) await recordReply(other, user('u1'), event)
    }
    await tell(say.start(), true)
    await tell(say.delta('Hel'))
    await tell(say.delta('lo'))
    await tell(say.checkpoint('Hello'), true)
    await tell(say.delta(' wor'))
    // An answer to a question asked after it: by now it has passed.
    await lastReply(other, user('u1'), 't1')

    const signal = AbortSignal.timeout(20_000)
    const events = resumeTurn(bus, user('u1'), 't1', { signal, recheckMs: 300 })
    expect((await events.next()).value).toMatchObject({ type: 'reply.checkpoint', index: 3, text: 'Hello' })
    // Index 4 was said before anybody listened: 5 would leave a hole, so the next whole text is awaited.
    await tell(say.delta('ld'))
    await tell(say.checkpoint('Hello world'), true)
    await tell(say.delta('!'))
    expect((await events.next()).value).toMatchObject({
      type: 'reply.checkpoint',
      index: 6,
      text: 'Hello world',
    })
    expect((await events.next()).value).toMatchObject({ type: 'reply.delta', index: 7, text: '!' })
    // The end is missed live, as when the line was down; the record has it.
    await recordReply(other, user('u1'), say.end('Hello world!'))
    expect((await events.next()).value).toMatchObject({ type: 'reply.end', text: 'Hello world!' })
    expect((await events.next()).done).toBe(true)
  })

  test('a new attempt voids what an earlier one says', async () => {
    const bus = await fixture().open()
    const [first, second] = [replyEvents('t1', 1), replyEvents('t1', 2)]
    await recordReply(bus, user('u1'), first.start())
    const events = resumeTurn(bus, user('u1'), 't1', { signal: AbortSignal.timeout(20_000) })
    expect((await events.next()).value).toMatchObject({ attempt: 1, index: 0 })
    for (const event of [
      first.delta('old'),
      second.start(),
      first.delta('ghost'),
      second.delta('new'),
      second.end('new'),
    ])
      publishReply(bus, user('u1'), event)
    const heard: string[] = []
    for await (const { attempt, type } of events) heard.push(`${attempt} ${type}`)
    expect(heard).toEqual(['1 reply.delta', '2 reply.start', '2 reply.delta', '2 reply.end'])
  })

  test('leaving a resumed turn early, or aborting it, releases it', async () => {
    const bus = await fixture().open()
    await recordReply(bus, user('u1'), replyEvents('t1').start())
    for await (const _ of resumeTurn(bus, user('u1'), 't1', { signal: AbortSignal.timeout(20_000) })) break
    const ask = bus.request('ai.chat.reply.web-u1.t1', utf8('?'), { timeoutMs: 5_000 })
    await expect(ask).rejects.toThrow('nobody answers')

    const controller = new AbortController()
    const events = resumeTurn(bus, user('u1'), 't2', { signal: controller.signal })
    const next = events.next()
    controller.abort()
    expect((await next).done).toBe(true)
  })

  test('the last reply of a turn is known to late readers', async () => {
    const bus = await fixture().open()
    expect(await lastReply(bus, user('u1'), 't1')).toBeUndefined()
    const say = replyEvents('t1')
    await recordReply(bus, user('u1'), say.start())
    const end = say.end('done')
    await recordReply(bus, user('u1'), end)
    expect(await lastReply(bus, user('u1'), 't1')).toEqual(end)
  })

  test('a cancel reaches every worker with the user it is for', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const stop = new AbortController()
    const heard: string[] = []
    const listening = [bus, other].map((worker) =>
      onCancel(worker, (cancelled, { turnId }) => heard.push(`${cancelled} ${turnId}`), {
        signal: stop.signal,
      }),
    )
    const cancel: ChatCancel = {
      v: 1,
      id: 'c1',
      at: 1,
      correlationId: 't1',
      type: 'chat.cancel',
      turnId: 't1',
      reason: 'stop',
    }
    await eventually(() => {
      cancelChat(bus, user('a.b'), cancel)
      return heard.length >= 2
    })
    expect(new Set(heard)).toEqual(new Set(['web-a_2e_b t1']))
    stop.abort()
    await Promise.all(listening)
  })
}
