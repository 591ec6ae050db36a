import { expect, test } from 'vitest'
import { ReplyDelta } from '#core/protocol/chat.ts'
import { isReplyDelta } from '#core/protocol/reply-delta.ts'

const delta = {
  v: 1,
  id: 'turn-1-0',
  at: 1_700_000_000_000,
  correlationId: 'turn',
  turnId: 'turn',
  attempt: 1,
  index: 0,
  type: 'reply.delta',
  text: 'Hello',
}

const faults: Record<string, unknown[]> = {
  v: [2, '1'],
  id: ['', 'x'.repeat(201), 1],
  at: [-1, 0.5, Number.NaN, 2 ** 60, '1'],
  correlationId: ['', 'x'.repeat(201)],
  turnId: ['', 'x'.repeat(65)],
  attempt: [0, -1, 1.5],
  index: [-1, 0.5, Number.POSITIVE_INFINITY],
  type: ['reply.start', 1],
  text: [1, null],
}

test('a delta is known without its schema', () => {
  expect(isReplyDelta(delta)).toBe(true)
  expect(isReplyDelta({ ...delta, text: '' })).toBe(true)
})

test('what the schema refuses is refused', () => {
  const wrong = Object.entries(faults).flatMap(([field, values]) =>
    [undefined, ...values].map((value) => ({ ...delta, [field]: value })),
  )
  for (const raw of [...wrong, null, undefined, 'delta', [], {}]) {
    expect([raw, ReplyDelta.safeParse(raw).success]).toEqual([raw, false])
    expect([raw, isReplyDelta(raw)]).toEqual([raw, false])
  }
})
