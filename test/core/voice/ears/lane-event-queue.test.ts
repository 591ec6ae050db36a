import { expect, test } from 'vitest'
import { LaneEventQueue } from '#core/voice/ears/lane-event-queue.ts'

test('when nobody reads, what lasts is forgotten before what happened', async () => {
  const queue = new LaneEventQueue()
  queue.push({ type: 'speech-start', atMs: 0, speechStartMs: 0 })
  for (let at = 1; at <= 400; at += 1) queue.push({ type: 'speech-continues', atMs: at, speechMs: at })
  queue.push({ type: 'resume', atMs: 500 })
  queue.close()
  const events = await Array.fromAsync(queue)
  expect(events).toHaveLength(256)
  expect(events[0]).toMatchObject({ type: 'speech-start' })
  expect(events[1]).toMatchObject({ type: 'speech-continues', atMs: 147 })
  expect(events.at(-1)).toMatchObject({ type: 'resume' })
  expect(queue.droppedCount).toBe(146)
})

test('a failure is thrown once, after the events before it; then it is over', async () => {
  const queue = new LaneEventQueue()
  queue.push({ type: 'resume', atMs: 1 })
  queue.close({ error: new Error('broken') })
  expect(await queue.next()).toMatchObject({ value: { atMs: 1 } })
  await expect(queue.next()).rejects.toThrow('broken')
  expect(await queue.next()).toMatchObject({ done: true })
})
