import { describe, expect, it } from 'vitest'
import { ReplyText } from '#bot/discord/answers/reply-text.ts'
import type { ReplyEvent } from '#core/protocol/chat.ts'

const base = { v: 1, id: 'event', at: 0, correlationId: 'turn', turnId: 'turn' } as const
const start = (attempt = 1): ReplyEvent => ({ ...base, type: 'reply.start', attempt, index: 0 })
const delta = (index: number, text: string, attempt = 1): ReplyEvent => ({
  ...base,
  type: 'reply.delta',
  attempt,
  index,
  text,
})
const checkpoint = (index: number, text: string): ReplyEvent => ({
  ...base,
  type: 'reply.checkpoint',
  attempt: 1,
  index,
  text,
})
const face = (index: number): ReplyEvent => ({
  ...base,
  type: 'reply.expression',
  attempt: 1,
  index,
  name: 'happy',
})
const end = (text: string, attempt = 1): ReplyEvent => ({
  ...base,
  type: 'reply.end',
  attempt,
  index: 9,
  status: 'complete',
  text,
})

function textAfter(...events: readonly ReplyEvent[]): string {
  const reply = new ReplyText()
  for (const event of events) reply.accept(event)
  return reply.text
}

describe('ReplyText', () => {
  it('appends deltas and leaves faces out', () => {
    expect(textAfter(start(), face(1), delta(2, 'Hel'), delta(3, 'lo'))).toBe('Hello')
  })

  it('ignores an event that comes twice', () => {
    expect(textAfter(start(), delta(1, 'Hi'), delta(1, 'Hi'))).toBe('Hi')
  })

  it('stands still after a gap until a checkpoint tells the whole text', () => {
    expect(textAfter(start(), delta(1, 'a'), delta(3, 'c'))).toBe('a')
    expect(textAfter(start(), delta(1, 'a'), delta(3, 'c'), checkpoint(4, 'abc'), delta(5, 'd'))).toBe('abcd')
  })

  it('waits for a checkpoint when it came late', () => {
    expect(textAfter(delta(7, 'x'))).toBe('')
    expect(textAfter(delta(7, 'x'), checkpoint(8, 'all of it'))).toBe('all of it')
  })

  it('begins again with a higher attempt and is deaf to the earlier one', () => {
    expect(textAfter(start(), delta(1, 'old'), start(2), delta(2, ' older'), delta(1, 'new', 2))).toBe('new')
  })

  it('takes the text of the end and nothing after it', () => {
    const reply = new ReplyText()
    for (const event of [start(), delta(1, 'He'), end('Hello.'), delta(2, 'llo'), end('other', 2)])
      reply.accept(event)
    expect(reply.text).toBe('Hello.')
    expect(reply.end).toEqual({ status: 'complete', text: 'Hello.' })
  })
})
