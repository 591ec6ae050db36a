import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, Delivery } from '#core/bus/bus.ts'
import { BusUnavailableError, LaneFullError } from '#core/bus/errors.ts'
import { type JetStreamBusOptions, openJetStreamBus } from '#core/bus/jetstream.ts'
import { requestStream, workers } from '#core/bus/streams.ts'
import { eventually } from '#test/support/eventually.ts'
import { NatsServer } from '#test/support/nats-server.ts'
import { TcpProxy } from '#test/support/tcp-proxy.ts'
import { collectingLogger } from './collecting-logger.ts'
import { consuming } from './consuming.ts'
import { deleteStreams } from './fixture.ts'
import { textOf, utf8, workFor } from './messages.ts'

let server: NatsServer
let cleanup: AsyncDisposableStack
beforeEach(async () => {
  cleanup = new AsyncDisposableStack()
  server = cleanup.use(await NatsServer.prepare())
})
afterEach(async () => {
  await cleanup[Symbol.asyncDispose]()
})

/** Small times, so that outages need not be long. */
async function open(options: Partial<JetStreamBusOptions> = {}): Promise<Bus> {
  const bus = await openJetStreamBus({
    url: server.url,
    outboxFile: ':memory:',
    logger: collectingLogger().logger,
    ackWaitMs: 1_000,
    reconnectMs: 20,
    firstConnectMs: 100,
    retry: { maxTries: 5, backoffMs: [20] },
    ...options,
  })
  return cleanup.use(bus)
}

/** Handles everything and keeps what was handled, per subject. */
class Ledger {
  readonly lanes = new Map<string, string[]>()
  readonly handle = async (delivery: Delivery) => {
    await sleep(5)
    this.lanes.set(delivery.subject, [...(this.lanes.get(delivery.subject) ?? []), textOf(delivery)])
  }

  get count(): number {
    return [...this.lanes.values()].flat().length
  }

  of(user: string): string[] {
    return this.lanes.get(`ai.chat.request.${user}`) ?? []
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n))

test('a bus that opens while the broker is away accepts work and delivers it, in order, once', async () => {
  const bus = await open()
  expect(bus.status).toBe('reconnecting')
  for (const text of numbers(10)) await bus.enqueue(workFor('web-a', text))
  await bus.enqueue(workFor('web-a', '0'))
  bus.publish('ai.test', utf8('goes nowhere'))
  const away = { timeoutMs: 1_000 }
  await expect(bus.request('ai.test', utf8('?'), away)).rejects.toThrow(BusUnavailableError)
  await expect(bus.record('ai.chat.reply.a.b.record', utf8('x'), { id: '1' })).rejects.toThrow(
    BusUnavailableError,
  )
  const heard = bus
    .subscribe('ai.test.later', { signal: AbortSignal.timeout(20_000) })
    [Symbol.asyncIterator]()
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  await server.start()
  await eventually(() => ledger.count === 10)
  expect(bus.status).toBe('connected')
  expect(ledger.of('web-a')).toEqual(numbers(10))
  bus.publish('ai.test.later', utf8('heard'))
  expect((await heard.next()).done).toBe(false)
})

test('while the broker is away, one user is refused beyond what one user may have', async () => {
  const bus = await open({ laneLimit: 3 })
  for (const text of numbers(3)) await bus.enqueue(workFor('web-a', text))
  await expect(bus.enqueue(workFor('web-a', '3'))).rejects.toThrow(LaneFullError)
  await bus.enqueue(workFor('web-a', 'deletion', { whenFull: 'wait' }))
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  await server.start()
  await eventually(() => ledger.count === 4)
  expect(ledger.of('web-a')).toEqual(['0', '1', '2', 'deletion'])
})

test('work accepted by a process that was killed while the broker was away is delivered by the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const outboxFile = join(folder, 'outbox.sqlite')
  const program = join(import.meta.dirname, 'enqueue-and-hang.ts')
  const child = spawn(process.execPath, [program, server.url, outboxFile, '20'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) })
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited

  await server.start()
  const bus = await open({ outboxFile })
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  await eventually(() => ledger.count === 20)
  expect(ledger.of('web-0')).toEqual(numbers(20).filter((text) => Number(text) % 2 === 0))
  expect(ledger.of('web-1')).toEqual(numbers(20).filter((text) => Number(text) % 2 === 1))
})

test('a broker that is killed again and again under load loses nothing and mixes up no lane', async () => {
  await server.start()
  const buses = [await open(), await open()]
  const ledger = new Ledger()
  for (const bus of buses) cleanup.use(consuming(bus, ledger.handle))
  const [bus] = buses
  const enqueueing = (async () => {
    for (const text of numbers(40)) {
      for (const user of ['web-a', 'web-b', 'web-c', 'web-d']) {
        await eventually(() => bus?.enqueue(workFor(user, text)).then(() => true), { withinMs: 20_000 })
      }
      await sleep(20)
    }
  })()
  for (let kill = 0; kill < 3; kill++) {
    await sleep(300)
    await server.kill()
    await sleep(300)
    await server.start()
  }
  await enqueueing
  for (const user of ['web-a', 'web-b', 'web-c', 'web-d']) {
    await eventually(() => new Set(ledger.of(user)).size === 40, { withinMs: 20_000 })
    // An item whose acknowledgement was lost may be handled twice (the database knows), but never out of turn.
    const withoutRepeats = ledger.of(user).filter((text, n, all) => text !== all[n - 1])
    expect(withoutRepeats).toEqual(numbers(40))
  }
})

test('a handler that outlives an outage of the broker runs once', async () => {
  await server.start()
  const bus = await open()
  const begun = Promise.withResolvers<void>()
  let count = 0
  await using _worker = consuming(bus, async () => {
    count++
    begun.resolve()
    await sleep(2_500)
  })
  await bus.enqueue(workFor('web-a', 'long'))
  await begun.promise
  await server.kill()
  await sleep(300)
  await server.start()
  const ledger = new Ledger()
  const other = await open()
  await using _other = consuming(other, ledger.handle)
  await eventually(() => isLaneEmpty(other, 'web-a'), { withinMs: 10_000 })
  expect([count, ledger.count]).toEqual([1, 0])
})

test('an outage longer than the ten attempts of the client library ends without a restart of the process', async () => {
  await server.start()
  const proxy = cleanup.use(await TcpProxy.start(server.port))
  const bus = await open({ url: `nats://127.0.0.1:${proxy.port}` })
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  proxy.isAccepting = false
  proxy.reset()
  await eventually(() => bus.status === 'reconnecting')
  for (const text of numbers(5)) await bus.enqueue(workFor('web-a', text))
  await eventually(() => proxy.refused > 15)
  proxy.isAccepting = true
  await eventually(() => ledger.count === 5)
  expect(ledger.of('web-a')).toEqual(numbers(5))
})

test.each(['both', 'down', 'up'] as const)(
  'a link where nothing passes (%s) is noticed and replaced',
  async (stalled) => {
    await server.start()
    const proxy = cleanup.use(await TcpProxy.start(server.port))
    const bus = await open({ url: `nats://127.0.0.1:${proxy.port}`, pingIntervalMs: 200 })
    const ledger = new Ledger()
    await using _worker = consuming(bus, ledger.handle)
    await bus.enqueue(workFor('web-a', '0'))
    await eventually(() => ledger.count === 1)
    const brokenAt = performance.now()
    proxy.set({ stalled })
    await eventually(() => bus.status === 'reconnecting')
    expect(performance.now() - brokenAt).toBeLessThan(2_000)
    await bus.enqueue(workFor('web-a', '1'))
    proxy.set({})
    await eventually(() => ledger.count === 2, { withinMs: 15_000 })
  },
)

test.each([
  ['slow', { latencyMs: 20, jitterMs: 20 }],
  ['narrow', { bytesPerSecond: 32_000 }],
  ['cut into slices', { sliceBytes: [1, 64] }],
] as const)('a %s link delivers everything in order', async (_name, faults) => {
  await server.start()
  const proxy = cleanup.use(await TcpProxy.start(server.port))
  const bus = await open({ url: `nats://127.0.0.1:${proxy.port}` })
  proxy.set(faults)
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  await Promise.all(numbers(10).map((text) => bus.enqueue(workFor('web-a', text))))
  await eventually(() => ledger.count === 10)
  expect(ledger.of('web-a')).toEqual(numbers(10))
})

test('a link that is reset at a random byte again and again loses no work', async () => {
  await server.start()
  const proxy = cleanup.use(await TcpProxy.start(server.port))
  const bus = await open({ url: `nats://127.0.0.1:${proxy.port}` })
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  for (const text of numbers(20)) {
    proxy.set({ resetAfterBytes: 1 + Math.floor(Math.random() * 4_000) })
    await eventually(() => bus.enqueue(workFor('web-a', text)).then(() => true))
  }
  proxy.set({})
  await eventually(() => new Set(ledger.of('web-a')).size === 20, { withinMs: 15_000 })
  expect(ledger.of('web-a').filter((text, n, all) => text !== all[n - 1])).toEqual(numbers(20))
})

test('streams that the broker lost are made anew, and what was running does not finish the work of others', async () => {
  await server.start()
  const bus = await open()
  const ledger = new Ledger()
  const mayFinish = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  await using _worker = consuming(bus, async (delivery) => {
    if (textOf(delivery) === 'before') {
      begun.resolve()
      await mayFinish.promise
    }
    await ledger.handle(delivery)
  })
  await bus.enqueue(workFor('web-a', 'before'))
  await begun.promise
  await server.kill()
  await server.loseData()
  await server.start()
  await eventually(() => bus.status === 'connected')
  // The new stream counts from 1 again: this is the sequence that the running item had.
  await using producer = await openJetStreamBus({
    url: server.url,
    outboxFile: ':memory:',
    logger: collectingLogger().logger,
  })
  await producer.enqueue(workFor('web-b', 'after', { whenFull: 'wait' }))
  mayFinish.resolve()
  await eventually(() => ledger.of('web-b').length === 1 && ledger.of('web-a').length === 1)
  await eventually(() => isLaneEmpty(bus, 'web-b'))
})

test('streams that somebody deleted while the broker kept running are made anew', async () => {
  await server.start()
  const bus = await open()
  const ledger = new Ledger()
  await using _worker = consuming(bus, ledger.handle)
  await bus.enqueue(workFor('web-a', '0'))
  await eventually(() => ledger.count === 1)
  await deleteStreams(server.url)
  await bus.enqueue(workFor('web-a', '1'))
  await eventually(() => ledger.count === 2, { withinMs: 15_000 })
  await eventually(() => bus.record('ai.chat.reply.a.b.record', utf8('x'), { id: '1' }).then(() => true))
})

test('an item that the broker holds but delivers to nobody does not block its lane for ever', async () => {
  await server.start()
  const bus = await open()
  const nc = await connect({ servers: server.url })
  cleanup.defer(() => nc.close())
  const jsm = await jetstreamManager(nc)
  // What nats-server 2.9 leaves behind when it is killed, made by other means: at the limit it delivers no more.
  await jsm.consumers.update(requestStream, workers, { max_deliver: 1 })
  await bus.enqueue(workFor('web-a', 'forgotten'))
  const consumer = await jetstream(nc).consumers.get(requestStream, workers)
  expect((await consumer.next())?.string()).toBe('forgotten')
  expect(await consumer.next({ expires: 2_000 })).toBeNull()
  await jsm.consumers.update(requestStream, workers, { max_deliver: -1 })

  const ledger = new Ledger()
  const buses = [bus, await open()]
  for (const worker of buses) cleanup.use(consuming(worker, ledger.handle))
  await bus.enqueue(workFor('web-a', 'next'))
  await eventually(() => ledger.of('web-a').includes('next'), { withinMs: 15_000 })
  expect(new Set(ledger.of('web-a'))).toEqual(new Set(['forgotten', 'next']))
  await eventually(() => isLaneEmpty(bus, 'web-a'))
})

/** True when the queue holds nothing of the user any more. */
async function isLaneEmpty(bus: Bus, user: string): Promise<boolean> {
  expect(bus.status).toBe('connected')
  const nc = await connect({ servers: server.url })
  try {
    const jsm = await jetstreamManager(nc)
    const query = { seq: 1, next_by_subj: `ai.chat.request.${user}` }
    return (await jsm.streams.getMessage('CHAT_REQUESTS', query)) === null
  } finally {
    await nc.close()
  }
}
