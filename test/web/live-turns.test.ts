import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReplyEvent } from '#core/protocol/chat.ts'
import { FinishedReplies } from '#web/chat/finished-reply.ts'
import { LiveTurns } from '#web/chat/live-turns.ts'
import type { ServerFrame } from '#web/chat/socket-protocol.ts'
import { applyFrame, type Transcript } from '#web/client/transcript.ts'

const turnId = 'turn'

function event(
  fields: { type: ReplyEvent['type']; index: number; attempt?: number } & Record<string, unknown>,
): ReplyEvent {
  const envelope = { v: 1, id: 'id', at: 0, correlationId: 'c', turnId, attempt: 1 }
  return { ...envelope, ...fields } as ReplyEvent
}

function open() {
  const replies = new FinishedReplies()
  return new LiveTurns((end) => replies.of(end))
}

/** What a page shows that began with this snapshot. */
class Reader {
  turns: Transcript
  constructor(live: LiveTurns) {
    this.turns = snapshot(live)
  }
  take(frames: readonly ServerFrame[]): void {
    for (const frame of frames) this.turns = applyFrame(this.turns, frame)
  }
}

function snapshot(live: LiveTurns): Transcript {
  const reply = live.view(turnId) ?? ({ status: 'waiting' } as const)
  return reply === 'gone' ? [] : [{ id: turnId, said: 'hi', reply }]
}

/** What a worker, or several that die one after another, would send of one turn. */
const attempts = fc.array(
  fc.record({
    pieces: fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            type: fc.constant('reply.delta' as const),
            text: fc.string({ minLength: 1, maxLength: 4 }),
          }),
        },
        { weight: 1, arbitrary: fc.constant({ type: 'reply.checkpoint' as const }) },
        {
          weight: 1,
          arbitrary: fc.record({
            type: fc.constant('reply.expression' as const),
            name: fc.constantFrom('happy', 'sad'),
          }),
        },
      ),
      { maxLength: 12 },
    ),
  }),
  { minLength: 1, maxLength: 3 },
)

const endings = fc.constantFrom('complete', 'stopped', 'failed', 'retracted', undefined)

function eventsOf(
  plan: readonly { pieces: readonly { type: string; text?: string; name?: string }[] }[],
  ending: string | undefined,
) {
  const events: ReplyEvent[] = []
  for (const [number, { pieces }] of plan.entries()) {
    const attempt = number + 1
    let index = 0
    let text = ''
    events.push(event({ type: 'reply.start', attempt, index: index++ }))
    for (const piece of pieces) {
      if (piece.type === 'reply.delta') text += piece.text
      const fields = piece.type === 'reply.checkpoint' ? { text } : piece
      events.push(event({ ...fields, type: piece.type as ReplyEvent['type'], attempt, index: index++ }))
    }
    if (ending && attempt === plan.length)
      events.push(event({ type: 'reply.end', attempt, index, status: ending, text }))
  }
  return events
}

describe('what readers are told of a turn', () => {
  test('snapshot + frames since = fresh snapshot, whatever is lost, doubled or late, and whenever a page joins', () => {
    const fates = fc.array(
      fc.record({
        isLost: fc.boolean(),
        isDoubled: fc.boolean(),
        joins: fc.boolean(),
        recordBack: fc.integer({ min: 0, max: 6 }),
      }),
      { minLength: 80, maxLength: 80 },
    )
    fc.assert(
      fc.property(attempts, endings, fates, (plan, ending, fate) => {
        const live = open()
        const readers = [new Reader(live)]
        const events = eventsOf(plan, ending)
        const tell = (frames: readonly ServerFrame[]) => {
          for (const reader of readers) reader.take(frames)
          for (const reader of readers) expect(reader.turns).toEqual(snapshot(live))
        }
        for (const [index, next] of events.entries()) {
          const { isLost, isDoubled, joins, recordBack } = fate[index % fate.length] ?? {
            isLost: false,
            isDoubled: false,
            joins: false,
            recordBack: 0,
          }
          if (!isLost) tell(live.take(next))
          if (isDoubled) tell(live.take(events[Math.max(0, index - recordBack)] ?? next))
          const kept = events
            .slice(0, index + 1 - recordBack)
            .findLast(({ type }) => /start|checkpoint|end/.test(type))
          if (joins && kept) tell(live.takeRecord(kept))
          if (joins) readers.push(new Reader(live))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('after the last checkpoint or the end, the text is right whatever was lost before', () => {
    fc.assert(
      fc.property(
        attempts,
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        fc.boolean(),
        (plan, losses, hasEnd) => {
          const live = open()
          const events = eventsOf(plan, hasEnd ? 'complete' : undefined)
          const last = events.at(-1)
          const text =
            plan
              .at(-1)
              ?.pieces.map((piece) => ('text' in piece ? piece.text : ''))
              .join('') ?? ''
          const final = hasEnd
            ? []
            : [event({ type: 'reply.checkpoint', attempt: plan.length, index: (last?.index ?? 0) + 1, text })]
          for (const [index, next] of events.entries())
            if (!losses[index] || next.type === 'reply.end') live.take(next)
          for (const next of final) live.take(next)
          expect(live.view(turnId)).toMatchObject({ text })
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a repeated end is no news, a deletion after it is', () => {
    const live = open()
    const end = event({ type: 'reply.end', index: 0, status: 'complete', text: 'hi' })
    expect(live.take(end)).toHaveLength(1)
    expect(live.take({ ...end, index: 2 ** 31 - 1 })).toEqual([])
    expect(
      live.take(event({ type: 'reply.end', index: 2 ** 31 - 1, status: 'retracted', text: '' })),
    ).toEqual([{ type: 'gone', turn: turnId }])
    expect(live.take(end)).toEqual([])
  })

  test('a page that joins late is shown the record, then exactly what follows', () => {
    const live = open()
    live.takeRecord(event({ type: 'reply.checkpoint', index: 5, text: 'Once upon' }))
    const reader = new Reader(live)
    reader.take(live.take(event({ type: 'reply.delta', index: 6, text: ' a time' })))
    expect(reader.turns[0]?.reply).toMatchObject({ text: 'Once upon a time' })
  })
})
