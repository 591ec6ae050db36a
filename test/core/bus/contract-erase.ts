import { expect, test } from 'vitest'
import { type Erasure, erasureOf } from '#core/bus/erasure.ts'
import { encodeMessage } from '#core/protocol/codec.ts'
import { chatRecordSubject, chatRequestSubject, voiceTranscriptSubject } from '#core/protocol/subjects.ts'
import type { VoiceTranscript } from '#core/protocol/voice.ts'
import { eventually } from '#test/support/eventually.ts'
import { consuming } from './consuming.ts'
import type { CurrentFixture } from './contract.ts'
import { author, textOf, user, utf8, workFor } from './messages.ts'

const signal = AbortSignal.timeout(20_000)

export function describeErasure(fixture: CurrentFixture): void {
  test('waiting work of somebody who is gone reaches nobody; that of others does', async () => {
    const bus = await fixture().open()
    for (const text of ['1', '2', '3']) await bus.enqueue(workFor(user('gone'), text))
    await bus.enqueue(workFor(user('here'), 'kept'))
    await bus.erase(erasureOf([author('gone')]), { signal })
    const handled: string[] = []
    await using _consumer = consuming(bus, async (delivery) => {
      handled.push(textOf(delivery))
    })
    await eventually(() => handled.includes('kept') || undefined)
    await bus.enqueue(workFor(user('gone'), '4'))
    await eventually(() => handled.includes('4') || undefined)
    expect(handled).toEqual(['kept', '4'])
  })

  test('work that is being handled is forgotten, and the next of that person is handled', async () => {
    const bus = await fixture().open()
    const begun = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const handled: string[] = []
    await using _consumer = consuming(bus, async (delivery) => {
      handled.push(textOf(delivery))
      begun.resolve()
      await goOn.promise
    })
    await bus.enqueue(workFor(user('gone'), '1'))
    await begun.promise
    await bus.enqueue(workFor(user('gone'), '2'))
    await bus.erase(erasureOf([author('gone')]), { signal })
    goOn.resolve()
    await bus.enqueue(workFor(user('gone'), '3'))
    await eventually(() => handled.includes('3') || undefined)
    expect(handled).toEqual(['1', '3'])
  })

  test('records are gone for late readers; those of others stay', async () => {
    const bus = await fixture().open()
    const [theirs, others] = [chatRecordSubject(user('gone'), 't'), chatRecordSubject(user('here'), 't')]
    await bus.record(theirs, utf8('x'), { id: 'a' })
    await bus.record(others, utf8('y'), { id: 'b' })
    await bus.erase(erasureOf([author('gone')]), { signal })
    expect(await bus.lastRecord(theirs)).toBeUndefined()
    expect(textOf((await bus.lastRecord(others)) ?? { body: utf8('') })).toBe('y')
  })

  test('dead letters are asked about one by one', async () => {
    const bus = await fixture().open()
    const put = (id: string) =>
      bus.deadLetter('chat', { subject: chatRequestSubject(user(id)), body: utf8(id), headers: {} }, 'test')
    await put('gone')
    await put('here')
    await bus.erase(erasureOf([author('gone')]), { signal })
    const left: string[] = []
    const look: Erasure = { work: [], records: [], isMeant: (message) => left.push(textOf(message)) < 0 }
    await bus.erase(look, { signal })
    expect(left).toEqual(['here'])
  })

  test('a transcript of a call is meant by who said it', () => {
    const said = (platformUserId: string) => {
      const transcript: VoiceTranscript = {
        v: 1,
        id: 'a',
        at: 1,
        correlationId: 'a',
        type: 'voice.transcript',
        sessionId: 'call',
        speaker: { kind: 'person', platformUserId, displayName: 'Ada' },
        text: 'hello',
        startedAt: 1,
        endedAt: 2,
      }
      return { subject: voiceTranscriptSubject('call'), headers: {}, body: encodeMessage(transcript) }
    }
    const { isMeant } = erasureOf([{ platform: 'discord', platformUserId: '7' }])
    expect([said('7'), said('8')].map(isMeant)).toEqual([true, false])
  })
}
