import type { StoredMsg } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import { expect, test } from 'vitest'
import { takenItem } from '#core/bus/delivered-item.ts'
import { FinishedItems } from '#core/bus/finished-items.ts'
import type { HeldItem } from '#core/bus/held-items.ts'
import { LaneHeads } from '#core/bus/lane-heads.ts'

const subject = 'ai.chat.request.web-a'

function stored(seq: number, id: string): StoredMsg {
  const header = headers()
  header.set('Nats-Msg-Id', id)
  const unused = { timestamp: '', time: new Date(0), pending: 0, lastSequence: 0 }
  return {
    subject,
    seq,
    header,
    data: new Uint8Array(),
    string: () => '',
    json: <T>() => ({}) as T,
    ...unused,
  }
}

/** A queue with one lane, as the broker shows it. */
function laneOf(messages: StoredMsg[], { isHeld = false } = {}) {
  const finished = new FinishedItems()
  const taken: HeldItem[] = []
  const deleted: number[] = []
  const heads = new LaneHeads({
    finished,
    stuckAfterMs: 0,
    onTaken: (item) => taken.push(item),
    talk: { isHeld: async () => isHeld },
    broker: {
      link: { epoch: 1 },
      firstWork: async () => messages[0],
      deleteWork: async (sequence) => {
        deleted.push(sequence)
        messages.shift()
      },
    },
  })
  return { heads, finished, taken, deleted }
}

const item = (seq: number, id: string) => takenItem(stored(seq, id), 1)

test('the lowest of the lane is first, a later one is behind, an earlier one is gone', async () => {
  const { heads } = laneOf([stored(5, 'e')], { isHeld: true })
  expect(await heads.standingOf(item(5, 'e'))).toBe('first')
  expect(await heads.standingOf(item(7, 'g'))).toBe('behind')
  expect(await heads.standingOf(item(3, 'c'))).toBe('gone')
  expect(await laneOf([]).heads.standingOf(item(5, 'e'))).toBe('gone')
})

test('finished items that came back from the dead are deleted', async () => {
  const { heads, finished, deleted } = laneOf([stored(5, 'e'), stored(6, 'f'), stored(7, 'g')])
  finished.note('e')
  finished.note('f')
  expect(await heads.standingOf(item(7, 'g'))).toBe('first')
  expect(deleted).toEqual([5, 6])
})

test('an item whose sequence the broker has given to another one is gone', async () => {
  const { heads, finished, deleted } = laneOf([stored(5, 'new')])
  finished.note('old')
  expect(await heads.standingOf(item(5, 'old'))).toBe('gone')
  expect(await heads.standingOf(item(5, 'new'))).toBe('first')
  expect(deleted).toEqual([])
})

test('a head that nobody has in hand is taken over, one that somebody has is not', async () => {
  const abandoned = laneOf([stored(5, 'e')])
  await abandoned.heads.standingOf(item(7, 'g'))
  expect(abandoned.taken).toMatchObject([{ sequence: 5, id: 'e', reply: undefined }])
  const busy = laneOf([stored(5, 'e')], { isHeld: true })
  await busy.heads.standingOf(item(7, 'g'))
  expect(busy.taken).toEqual([])
})
