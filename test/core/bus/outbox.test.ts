import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WorkItem } from '#core/bus/bus.ts'
import { FileInUseError, LaneFullError, OutboxFullError } from '#core/bus/errors.ts'
import { Outbox } from '#core/bus/outbox.ts'
import { type FlusherOptions, OutboxFlusher } from '#core/bus/outbox-flusher.ts'
import { eventually } from '#test/support/eventually.ts'
import { collectingLogger } from './collecting-logger.ts'
import { textOf, workFor } from './messages.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outbox-'))
  file = join(folder, 'outbox.sqlite')
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function flusherOf(outbox: Outbox, options: Partial<FlusherOptions>): OutboxFlusher {
  const { logger } = collectingLogger()
  const send = async () => 'stored' as const
  return new OutboxFlusher({ outbox, send, isConnected: () => true, laneLimit: 20, logger, ...options })
}

test('what waits survives a restart, in order, with all its parts', async () => {
  const items = [
    workFor('web-a', '1', { headers: { traceparent: 'x' } }),
    workFor('web-b', '1'),
    workFor('web-a', '2', { whenFull: 'wait' }),
  ]
  {
    using outbox = await Outbox.open({ file })
    for (const item of items) await outbox.add(item)
  }
  using outbox = await Outbox.open({ file })
  expect(outbox.size).toBe(3)
  expect(outbox.depth('ai.chat.request.web-a')).toBe(2)
  const sent: WorkItem[] = []
  await using flusher = flusherOf(outbox, {
    async send(item) {
      sent.push(item)
      return 'stored'
    },
  })
  flusher.wake()
  await eventually(() => outbox.size === 0)
  const ofA = sent.filter(({ subject }) => subject.endsWith('-a'))
  expect(ofA.map(textOf)).toEqual(['1', '2'])
  expect(ofA[0]).toMatchObject({ id: 'web-a-1', headers: { traceparent: 'x' }, whenFull: 'refuse' })
  expect(ofA[1]).toMatchObject({ whenFull: 'wait' })
})

test('a thousand items at once are each written once, and the same id counts once', async () => {
  using outbox = await Outbox.open({ file })
  const adding = Array.from({ length: 1_000 }, (_, n) => outbox.add(workFor(`web-${n % 50}`, `${n % 500}`)))
  const entries = await Promise.all(adding)
  expect(outbox.size).toBe(500)
  expect(entries.filter(({ isNew }) => isNew)).toHaveLength(500)
})

test('one subject has one item on its way at a time, others go side by side', async () => {
  using outbox = await Outbox.open({ file })
  const onTheirWay = new Set<string>()
  let most = 0
  const mayGo = Promise.withResolvers<void>()
  await using flusher = flusherOf(outbox, {
    async send({ subject }) {
      expect(onTheirWay.has(subject)).toBe(false)
      onTheirWay.add(subject)
      most = Math.max(most, onTheirWay.size)
      await mayGo.promise
      onTheirWay.delete(subject)
      return 'stored'
    },
  })
  for (let n = 0; n < 30; n++) await outbox.add(workFor(`web-${n % 10}`, `${n}`))
  flusher.wake()
  await eventually(() => most === 10)
  mayGo.resolve()
  await eventually(() => outbox.size === 0)
  expect(most).toBe(10)
})

test('an item that the broker did not take stays first in its lane', async () => {
  using outbox = await Outbox.open({ file })
  const sent: string[] = []
  let faults = 3
  await using flusher = flusherOf(outbox, {
    async send(item) {
      if (faults-- > 0) throw new Error('timeout')
      sent.push(textOf(item))
      return 'stored'
    },
  })
  for (const text of ['1', '2', '3']) await outbox.add(workFor('web-a', text))
  flusher.wake()
  await eventually(() => outbox.size === 0)
  expect(sent).toEqual(['1', '2', '3'])
})

test('a full lane refuses who still waits for the answer, and keeps what was accepted until there is room', async () => {
  using outbox = await Outbox.open({ file })
  const sent: string[] = []
  let isFull = true
  let isConnected = false
  await using flusher = flusherOf(outbox, {
    isConnected: () => isConnected,
    async send(item) {
      if (isFull) return 'lane-full'
      sent.push(textOf(item))
      return 'stored'
    },
  })
  await flusher.handOver(await outbox.add(workFor('web-a', 'accepted while away')))
  isConnected = true
  await expect(flusher.handOver(await outbox.add(workFor('web-b', 'refused')))).rejects.toThrow(LaneFullError)
  await eventually(() => flusher.isFull('ai.chat.request.web-a'))
  expect(outbox.size).toBe(1)
  isFull = false
  await eventually(() => outbox.size === 0)
  expect(sent).toEqual(['accepted while away'])
  expect(flusher.isFull('ai.chat.request.web-a')).toBe(false)
})

test('whoever enqueues the same item while it is being refused is refused too', async () => {
  using outbox = await Outbox.open({ file })
  const answer = Promise.withResolvers<'lane-full'>()
  await using flusher = flusherOf(outbox, { send: () => answer.promise })
  const item = workFor('web-a', 'same')
  const first = flusher.handOver(await outbox.add(item))
  const second = flusher.handOver(await outbox.add(item))
  answer.resolve('lane-full')
  const outcomes = await Promise.allSettled([first, second])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('a full outbox refuses and stays usable', async () => {
  using outbox = await Outbox.open({ file, maxItems: 2, maxBytes: 100 })
  await outbox.add(workFor('web-a', '1'))
  await expect(outbox.add(workFor('web-a', 'x'.repeat(100)))).rejects.toThrow(OutboxFullError)
  const first = await outbox.add(workFor('web-a', '2'))
  await expect(outbox.add(workFor('web-a', '3'))).rejects.toThrow(OutboxFullError)
  await outbox.remove(first.key, workFor('web-a', '2'))
  await outbox.add(workFor('web-a', '3'))
})

test('a second process cannot open the same file', async () => {
  using _outbox = await Outbox.open({ file })
  await expect(Outbox.open({ file })).rejects.toThrow(FileInUseError)
})
