import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { RunningTurns } from '#core/chat/running-turns.ts'
import type { ChatCancel, ChatRequest } from '#core/protocol/chat.ts'

const user = 'discord-1'
const request = (messageId: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  v: 1,
  id: messageId,
  type: 'chat.request',
  at: 1_000,
  correlationId: messageId,
  turnId: `turn-${messageId}`,
  author: { platform: 'discord', platformUserId: '1', displayName: 'Anna' },
  place: { kind: 'dm', id: 'dm' },
  messageId,
  text: 'Hello',
  ...more,
})
const cancel = (more: Partial<ChatCancel>): ChatCancel => ({
  v: 1,
  id: 'cancel',
  type: 'chat.cancel',
  at: 1_000,
  correlationId: 'cancel',
  reason: 'stop',
  ...more,
})

describe('running turns', () => {
  test('are one per person and place: the next begins when the first is over', async () => {
    const turns = new RunningTurns()
    const first = await turns.begin(request('1'))
    let hasBegun = false
    const second = turns.begin(request('2')).then((turn) => {
      hasBegun = true
      return turn
    })
    using _elsewhere = await turns.begin(request('3', { place: { kind: 'dm', id: 'other' } }))
    await tick()
    expect(hasBegun).toBe(false)
    first[Symbol.dispose]()
    using _second = await second
    expect(hasBegun).toBe(true)
  })

  test('begin in the order they asked when several wait', async () => {
    const turns = new RunningTurns()
    const order: string[] = []
    await Promise.all(
      ['1', '2', '3', '4'].map(async (id) => {
        using _ = await turns.begin(request(id))
        order.push(id)
        await tick()
      }),
    )
    expect(order).toEqual(['1', '2', '3', '4'])
  })
})

describe('a cancel', () => {
  test('stops the turn it names by turn or by message, and no other', async () => {
    const turns = new RunningTurns()
    using byTurn = await turns.begin(request('1', { place: { kind: 'dm', id: 'a' } }))
    using byMessage = await turns.begin(request('2', { place: { kind: 'dm', id: 'b' } }))
    using other = await turns.begin(request('3', { place: { kind: 'dm', id: 'c' } }))
    turns.cancel(user, cancel({ turnId: 'turn-1' }))
    turns.cancel(user, cancel({ messageId: '2', reason: 'deleted' }))
    expect([byTurn.stopped, byMessage.stopped, other.stopped]).toEqual(['stop', 'deleted', undefined])
    expect([byTurn.signal.aborted, byMessage.signal.aborted, other.signal.aborted]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('of another person stops nothing', async () => {
    const turns = new RunningTurns()
    using turn = await turns.begin(request('1'))
    turns.cancel('discord-2', cancel({ turnId: 'turn-1' }))
    turns.cancel('discord-2', cancel({}))
    expect(turn.stopped).toBeUndefined()
  })

  test('also stops a turn that still waited in the queue', async () => {
    const turns = new RunningTurns()
    turns.cancel(user, cancel({ messageId: '1', reason: 'deleted' }))
    using turn = await turns.begin(request('1'))
    expect(turn.stopped).toBe('deleted')
  })

  test('that names nothing stops all that was asked before it, and nothing asked later', async () => {
    const turns = new RunningTurns()
    using before = await turns.begin(request('1', { place: { kind: 'dm', id: 'a' }, at: 999 }))
    turns.cancel(user, cancel({ reason: 'panic' }))
    using queued = await turns.begin(request('2', { place: { kind: 'dm', id: 'b' }, at: 1_000 }))
    using later = await turns.begin(request('3', { place: { kind: 'dm', id: 'c' }, at: 1_001 }))
    expect([before.stopped, queued.stopped, later.stopped]).toEqual(['panic', 'panic', undefined])
  })
})
