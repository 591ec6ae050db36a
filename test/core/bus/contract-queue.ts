import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Delivery } from '#core/bus/bus.ts'
import { DeadLetterError, LaneFullError, MessageTooLargeError } from '#core/bus/errors.ts'
import { eventually } from '#test/support/eventually.ts'
import { consuming } from './consuming.ts'
import type { CurrentFixture } from './contract.ts'
import { ackWaitMs } from './fixture.ts'
import { textOf, utf8, workFor } from './messages.ts'

export function describeWorkQueue(fixture: CurrentFixture): void {
  test('an item arrives with its body and headers, once', async () => {
    const bus = await fixture().open()
    const seen: Delivery[] = []
    await using _worker = consuming(bus, async (delivery) => void seen.push(delivery))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await bus.enqueue(workFor('web-a', 'hello', { headers: { traceparent } }))
    await bus.enqueue(workFor('web-a', 'more'))
    await eventually(() => seen.length >= 2)
    expect(seen.map(textOf)).toEqual(['hello', 'more'])
    expect(seen[0]).toMatchObject({
      subject: 'ai.chat.request.web-a',
      deliveryCount: 1,
      headers: { traceparent },
    })
    expect(seen[0]?.sequence).toBeLessThan(seen[1]?.sequence ?? 0)
  })

  test('what is enqueued while nobody works is there when somebody does', async () => {
    const bus = await fixture().open()
    for (const text of ['1', '2', '3']) await bus.enqueue(workFor('web-a', text))
    const seen: string[] = []
    await using _worker = consuming(bus, async (delivery) => void seen.push(textOf(delivery)))
    await eventually(() => seen.length === 3)
  })

  test('the same id counts once, however often and from wherever it is enqueued', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const seen: string[] = []
    await using _worker = consuming(bus, async (delivery) => void seen.push(textOf(delivery)))
    const item = workFor('web-a', 'same')
    await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? bus : other).enqueue(item)))
    await eventually(() => seen.length === 1)
    // Also after it was handled.
    await bus.enqueue(item)
    await bus.enqueue(workFor('web-a', 'last'))
    await eventually(() => seen.includes('last'))
    expect(seen).toEqual(['same', 'last'])
  })

  test('an item that fails is tried again, and the next one of its lane waits for it', async () => {
    const bus = await fixture().open()
    const seen: string[] = []
    await using _worker = consuming(bus, async (delivery) => {
      seen.push(`${textOf(delivery)} try ${delivery.deliveryCount}`)
      if (textOf(delivery) === 'flaky' && delivery.deliveryCount === 1) throw new Error('not yet')
    })
    await bus.enqueue(workFor('web-a', 'flaky'))
    await bus.enqueue(workFor('web-a', 'next'))
    await eventually(() => seen.length === 3)
    expect(seen).toEqual(['flaky try 1', 'flaky try 2', 'next try 1'])
  })

  test('after the last try an item is put aside with the reason, and its lane goes on', async () => {
    const bus = await fixture().open()
    const dead = bus
      .subscribe('ai.dead.chat', { signal: AbortSignal.timeout(20_000) })
      [Symbol.asyncIterator]()
    const tries: number[] = []
    const next = Promise.withResolvers<void>()
    await using _worker = consuming(bus, async (delivery) => {
      if (textOf(delivery) === 'next') return next.resolve()
      tries.push(delivery.deliveryCount)
      throw new TypeError('always')
    })
    await bus.enqueue(workFor('web-a', 'poison', { headers: { traceparent: 'kept' } }))
    await bus.enqueue(workFor('web-a', 'next'))
    const letter = (await dead.next()).value
    expect(letter && textOf(letter)).toBe('poison')
    expect(letter?.headers).toMatchObject({
      'dead-reason': 'TypeError: always',
      'dead-subject': 'ai.chat.request.web-a',
      traceparent: 'kept',
    })
    expect(tries).toEqual([1, 2, 3])
    await next.promise
  })

  test('a DeadLetterError puts the item aside at once', async () => {
    const bus = await fixture().open()
    const dead = bus
      .subscribe('ai.dead.chat', { signal: AbortSignal.timeout(20_000) })
      [Symbol.asyncIterator]()
    let tries = 0
    await using _worker = consuming(bus, async () => {
      tries++
      throw new DeadLetterError('nobody can read this\nreally')
    })
    await bus.enqueue(workFor('web-a', 'broken'))
    const letter = (await dead.next()).value
    expect(letter?.headers['dead-reason']).toBe('DeadLetterError: nobody can read this?really')
    expect(tries).toBe(1)
  })

  test('an item that takes longer than a sign of life is due is not given to anybody else', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    let begun = 0
    const finished = Promise.withResolvers<void>()
    const handle = async () => {
      begun++
      await sleep(2.5 * ackWaitMs)
      finished.resolve()
    }
    await using _one = consuming(bus, handle)
    await using _two = consuming(other, handle)
    await bus.enqueue(workFor('web-a', 'slow'))
    await finished.promise
    expect(begun).toBe(1)
  })

  test('an item whose worker was killed comes back to another one', async () => {
    const bus = await fixture().open()
    await bus.enqueue(workFor('web-a', 'first'))
    const worker = await fixture().spawnHangingWorker()
    await worker.kill()
    const seen: string[] = []
    await using _worker = consuming(await fixture().open(), async (delivery) => {
      seen.push(`${textOf(delivery)} try ${delivery.deliveryCount}`)
    })
    await eventually(() => seen.length > 0)
    expect(seen).toEqual(['first try 2'])
  })

  test('an abort reaches the handler, and what it did not finish goes to another worker at once', async () => {
    const [bus, other] = [await fixture().open(), await fixture().open()]
    const begun = Promise.withResolvers<void>()
    const worker = consuming(bus, async ({ signal }) => {
      begun.resolve()
      await sleep(60_000, undefined, { signal })
    })
    await bus.enqueue(workFor('web-a', 'unfinished'))
    await bus.enqueue(workFor('web-a', 'waiting'))
    await begun.promise
    const stoppedAt = performance.now()
    await worker.stop()
    const seen: string[] = []
    await using _next = consuming(other, async (delivery) => void seen.push(textOf(delivery)))
    await eventually(() => seen.length === 2)
    expect(seen).toEqual(['unfinished', 'waiting'])
    expect(performance.now() - stoppedAt).toBeLessThan(0.9 * ackWaitMs)
  })

  test('with grace, a handler may finish after the abort, and nothing new begins', async () => {
    const bus = await fixture().open()
    const begun = Promise.withResolvers<void>()
    const mayFinish = Promise.withResolvers<void>()
    const seen: string[] = []
    const handle = async (delivery: Delivery) => {
      begun.resolve()
      await mayFinish.promise
      seen.push(`${textOf(delivery)} ${delivery.signal.aborted}`)
    }
    const worker = consuming(bus, handle, { graceMs: 10_000 })
    await bus.enqueue(workFor('web-a', 'first'))
    await bus.enqueue(workFor('web-a', 'second'))
    await begun.promise
    const stopped = worker.stop()
    mayFinish.resolve()
    await stopped
    expect(seen).toEqual(['first false'])
  })

  test('a user with too many unfinished items is refused, others are not, and later there is room again', async () => {
    const bus = await fixture().open({ laneLimit: 3 })
    for (const text of ['1', '2', '3']) await bus.enqueue(workFor('web-a', text))
    const refused = bus.enqueue(workFor('web-a', '4'))
    await expect(refused).rejects.toThrow(LaneFullError)
    await expect(refused).rejects.toMatchObject({ subject: 'ai.chat.request.web-a', limit: 3 })
    await bus.enqueue(workFor('web-b', '1'))
    const seen: string[] = []
    await using _worker = consuming(bus, async (delivery) => void seen.push(textOf(delivery)))
    await eventually(() => seen.length === 4)
    await eventually(() => bus.enqueue(workFor('web-a', '5')).then(() => true))
    await eventually(() => seen.includes('5'))
    expect(seen).not.toContain('4')
  })

  test('what may not be refused waits for room', async () => {
    const bus = await fixture().open({ laneLimit: 2 })
    for (const text of ['1', '2']) await bus.enqueue(workFor('web-a', text))
    await bus.enqueue(workFor('web-a', 'deletion', { whenFull: 'wait' }))
    const seen: string[] = []
    await using _worker = consuming(bus, async (delivery) => void seen.push(textOf(delivery)))
    await eventually(() => seen.length === 3)
    expect(seen).toEqual(['1', '2', 'deletion'])
  })

  test('a body that no broker would take is refused', async () => {
    const bus = await fixture().open()
    const item = workFor('web-a', 'huge', { body: new Uint8Array(1_048_577) })
    await expect(bus.enqueue(item)).rejects.toThrow(MessageTooLargeError)
    await bus.enqueue(workFor('web-a', 'large', { body: utf8('x'.repeat(1_000_000)) }))
  })

  test('closing the bus ends its consumers and refuses work', async () => {
    const bus = await fixture().open()
    const consumer = bus.consume(async () => {}, { signal: new AbortController().signal, concurrency: 1 })
    await bus[Symbol.asyncDispose]()
    await consumer
    expect(bus.status).toBe('closed')
    await expect(bus.enqueue(workFor('web-a', 'late'))).rejects.toThrow('does not answer')
  })
}
