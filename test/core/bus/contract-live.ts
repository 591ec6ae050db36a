import { expect, test } from 'vitest'
import type { Bus, BusMessage } from '#core/bus/bus.ts'
import { BusTimeoutError, NoResponderError } from '#core/bus/errors.ts'
import { eventually } from '#test/support/eventually.ts'
import type { CurrentFixture } from './contract.ts'
import { textOf, utf8 } from './messages.ts'

export function describeLiveMessages(fixture: CurrentFixture): void {
  test('a subscriber hears what another process says, in order', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const heard = bus.subscribe('ai.test.order', { signal: AbortSignal.timeout(20_000), capacity: 5_000 })
    await isListening(bus, other)
    for (let n = 0; n < 3_000; n++) other.publish('ai.test.order', utf8(String(n)))
    expect(await take(heard, 3_000)).toEqual(Array.from({ length: 3_000 }, (_, n) => String(n)))
  })

  test('headers come along', async () => {
    const bus = await fixture().open()
    const heard = bus.subscribe('ai.test.headers', { signal: AbortSignal.timeout(20_000) })
    bus.publish('ai.test.headers', utf8('x'), { traceparent: 'abc' })
    for await (const { headers } of heard) {
      expect(headers).toEqual({ traceparent: 'abc' })
      break
    }
  })

  test.each([
    ['ai.test.*', 'ai.test.a', true],
    ['ai.test.*', 'ai.test.a.b', false],
    ['ai.test.>', 'ai.test.a.b', true],
    ['ai.test.>', 'ai.test', false],
    ['ai.*.a', 'ai.test.a', true],
    ['ai.*.a', 'ai.test.b', false],
  ])('%s hears %s: %s', async (filter, subject, isHeard) => {
    const bus = await fixture().open()
    const signal = AbortSignal.timeout(20_000)
    const heard = bus.subscribe(filter, { signal })[Symbol.asyncIterator]()
    const sentinel = bus.subscribe('ai.sentinel', { signal })
    bus.publish(subject, utf8('x'))
    bus.publish('ai.sentinel', utf8('y'))
    await take(sentinel, 1)
    const result = await Promise.race([heard.next(), Promise.resolve('nothing')])
    expect(result !== 'nothing').toBe(isHeard)
  })

  test('a subscriber that does not keep up loses the oldest, and the log says how many', async () => {
    const bus = await fixture().open()
    const slow = bus.subscribe('ai.test.slow', { signal: AbortSignal.timeout(20_000), capacity: 10 })
    const sentinel = bus.subscribe('ai.sentinel', { signal: AbortSignal.timeout(20_000) })
    for (let n = 0; n < 100; n++) bus.publish('ai.test.slow', utf8(String(n)))
    bus.publish('ai.sentinel', utf8('y'))
    await take(sentinel, 1)
    expect(await take(slow, 10)).toEqual(['90', '91', '92', '93', '94', '95', '96', '97', '98', '99'])
    const line = fixture().lines.find(({ message }) => message === 'bus: a slow subscriber lost messages')
    expect(line).toMatchObject({ level: 'warn', filter: 'ai.test.slow', count: 90 })
  })

  test('an abort ends the loop', async () => {
    const bus = await fixture().open()
    const controller = new AbortController()
    const loop = take(bus.subscribe('ai.test.abort', { signal: controller.signal }), 1)
    controller.abort()
    expect(await loop).toEqual([])
    expect(await take(bus.subscribe('ai.test.abort', { signal: controller.signal }), 1)).toEqual([])
  })

  test('leaving the loop releases the subscription', async () => {
    const bus = await fixture().open()
    const signal = AbortSignal.timeout(20_000)
    const heard = bus.subscribe('ai.test.left', { signal })
    bus.publish('ai.test.left', utf8('x'))
    for await (const _ of heard) break
    // A request finds nobody where nobody listens.
    await expect(bus.request('ai.test.left', utf8('?'), { timeoutMs: 5_000 })).rejects.toThrow(
      NoResponderError,
    )
    expect(await take(heard, 1)).toEqual([])
  })

  test('a listener is called back for each message, in order, until the signal aborts', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const heard: string[] = []
    const controller = new AbortController()
    const listening = bus.listen('ai.test.heard', (message) => void heard.push(textOf(message)), controller)
    await isListening(bus, other)
    for (let n = 0; n < 100; n++) other.publish('ai.test.heard', utf8(String(n)))
    await eventually(() => heard.length >= 100)
    controller.abort()
    await listening
    other.publish('ai.test.heard', utf8('late'))
    await isListening(bus, other)
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
  })

  test('a listener that throws hears nothing more, and harms nobody else', async () => {
    const bus = await fixture().open()
    const signal = AbortSignal.timeout(20_000)
    const heard: string[] = []
    const broken = bus.listen('ai.test.broken', fail, { signal })
    const whole = bus.subscribe('ai.test.broken', { signal })
    function fail(message: BusMessage): never {
      heard.push(textOf(message))
      throw new Error('the listener is broken')
    }
    for (const text of ['a', 'b']) bus.publish('ai.test.broken', utf8(text))
    await expect(broken).rejects.toThrow('the listener is broken')
    expect(await take(whole, 2)).toEqual(['a', 'b'])
    expect(heard).toEqual(['a'])
  })

  test('a listener is over when its bus closes', async () => {
    const bus = await fixture().open()
    const listening = bus.listen('ai.test.closing', () => {}, { signal: AbortSignal.timeout(20_000) })
    await bus[Symbol.asyncDispose]()
    await listening
  })

  test('a request is answered by whoever responds', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const controller = new AbortController()
    const responding = other.respond('ai.test.ask', async (message) => utf8(`${textOf(message)}!`), {
      signal: controller.signal,
    })
    const ask = () => bus.request('ai.test.ask', utf8('hello'), { timeoutMs: 5_000 })
    const answer = await eventually(ask)
    expect(textOf(answer)).toBe('hello!')
    controller.abort()
    await responding
    await eventually(async () => {
      await expect(ask()).rejects.toThrow(NoResponderError)
      return true
    })
  })

  test('a request that nobody answers in time says so, and can be aborted', async () => {
    const bus = await fixture().open()
    const controller = new AbortController()
    const mayAnswer = Promise.withResolvers<Uint8Array>()
    const responding = bus.respond('ai.test.mute', () => mayAnswer.promise, { signal: controller.signal })
    const late = bus.request('ai.test.mute', utf8('?'), { timeoutMs: 100 })
    await expect(late).rejects.toThrow(BusTimeoutError)
    await expect(late).rejects.toMatchObject({ subject: 'ai.test.mute', timeoutMs: 100 })
    const reason = new Error('changed my mind')
    const aborted = bus.request('ai.test.mute', utf8('?'), {
      timeoutMs: 5_000,
      signal: AbortSignal.abort(reason),
    })
    await expect(aborted).rejects.toBe(reason)
    mayAnswer.resolve(utf8('too late'))
    controller.abort()
    await responding
  })

  test('a responder that fails leaves the request to its time limit and is logged', async () => {
    const bus = await fixture().open()
    const controller = new AbortController()
    const failing = async () => {
      throw new Error('cannot')
    }
    const responding = bus.respond('ai.test.fail', failing, { signal: controller.signal })
    await expect(bus.request('ai.test.fail', utf8('?'), { timeoutMs: 200 })).rejects.toThrow(BusTimeoutError)
    expect(fixture().lines).toContainEqual(
      expect.objectContaining({ message: 'bus: a responder failed', subject: 'ai.test.fail' }),
    )
    controller.abort()
    await responding
  })

  test('the newest record of a subject is kept, also for other processes', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const subject = 'ai.chat.reply.web-a.t1.record'
    expect(await bus.lastRecord(subject)).toBeUndefined()
    await bus.record(subject, utf8('one'), { id: '1' })
    await bus.record(subject, utf8('two'), { id: '2' })
    await bus.record(subject, utf8('two again'), { id: '2' })
    const last = await other.lastRecord(subject)
    expect(last && textOf(last)).toBe('two')
    expect(await other.lastRecord('ai.chat.reply.web-a.t2.record')).toBeUndefined()
  })

  test('the newest look of a stage is kept, and heard by whoever listens to it', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const subject = 'ai.voice.stage.discord_3a_1.record'
    const heard = other.subscribe(subject, { signal: AbortSignal.timeout(20_000) })
    await isListening(other, bus)
    await bus.record(subject, utf8('idle'), { id: 'a' })
    await bus.record(subject, utf8('speaking'), { id: 'b' })
    const last = await other.lastRecord(subject)
    expect(last && textOf(last)).toBe('speaking')
    expect(await take(heard, 2)).toEqual(['idle', 'speaking'])
    expect(await other.lastRecord('ai.voice.stage.discord_3a_2.record')).toBeUndefined()
  })

  test('what is put aside can be seen on its subject', async () => {
    const bus = await fixture().open()
    const dead = bus.subscribe('ai.dead.>', { signal: AbortSignal.timeout(20_000) })[Symbol.asyncIterator]()
    await bus.deadLetter('voice', { subject: 'ai.voice.x', body: utf8('?'), headers: {} }, 'unreadable')
    const letter = (await dead.next()).value
    expect(letter).toMatchObject({ subject: 'ai.dead.voice', headers: { 'dead-reason': 'unreadable' } })
  })
}

/** Interest travels through the broker: what `bus` subscribed to is known once an answer to it came back. */
async function isListening(bus: Bus, other: Bus): Promise<void> {
  const controller = new AbortController()
  const responding = bus.respond('ai.test.ready', async (message) => message.body, {
    signal: controller.signal,
  })
  await eventually(() => other.request('ai.test.ready', utf8('?'), { timeoutMs: 1_000 }))
  controller.abort()
  await responding
}

async function take(messages: AsyncIterable<BusMessage>, count: number): Promise<string[]> {
  const texts: string[] = []
  for await (const message of messages) {
    texts.push(textOf(message))
    if (texts.length === count) break
  }
  return texts
}
