import { describe, expect, it } from 'vitest'
import type { Database } from '#core/store/database.ts'
import type { ConversationId } from '#core/store/ids.ts'
import {
  acceptTurn,
  amendMessage,
  finishTurn,
  getTurn,
  recentTurns,
  retractMessage,
} from '#core/store/turns.ts'
import { type AcceptedRun, acceptToRun, answer } from './answering.ts'
import { describeOnEachPostgres } from './on-each-postgres.ts'
import { newSpeaker } from './speaker.ts'

describeOnEachPostgres('turns', (postgres) => {
  it('accepts a message, keeps its answer, and shows both in the history', async () => {
    const { db } = postgres()
    const ada = newSpeaker()
    const request = ada.says('How tall is Everest?', {
      locale: 'en-GB',
      deliverTo: { channelId: '1', ping: true },
    })
    const run = await acceptToRun(db, request)
    expect(run).toMatchObject({
      attempt: 1,
      displayName: 'Ada',
      text: 'How tall is Everest?',
      keepsHistory: true,
    })

    const usage = { promptTokens: 12, completionTokens: 3 }
    const end = { turnId: request.turnId, attempt: 1, status: 'complete', text: '8,849 m', usage } as const
    expect(await finishTurn(db, end)).toBe(true)

    const [turn, ...others] = await recentTurns(db, run.conversationId, { limit: 10 })
    expect(others).toEqual([])
    expect(turn).toMatchObject({
      turnId: request.turnId,
      personId: run.personId,
      author: ada.author,
      messageId: request.messageId,
      status: 'complete',
      text: 'How tall is Everest?',
      reply: '8,849 m',
      locale: 'en-GB',
      keepsHistory: true,
    })
    expect(turn?.finishedAt?.getTime()).toBeGreaterThanOrEqual(turn?.createdAt.getTime() ?? Infinity)
    expect(await getTurn(db, request.turnId)).toEqual(turn)
  })

  it('knows nothing of a turn that never was', async () => {
    expect(await getTurn(postgres().db, 'nobody-said-this')).toBeUndefined()
  })

  it('makes one turn and one order of attempts of 100 acceptances at once', async () => {
    const { db } = postgres()
    const request = newSpeaker().says('once')
    const accepted = await Promise.all(Array.from({ length: 100 }, () => acceptToRun(db, request)))
    const attempts = accepted.map(({ attempt }) => attempt).sort((a, b) => a - b)
    expect(attempts).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(new Set(accepted.map(({ personId }) => personId)).size).toBe(1)
    expect(
      await recentTurns(db, theOnly(accepted.map((run) => run.conversationId)), { limit: 10 }),
    ).toHaveLength(1)
  })

  it('makes one person and one conversation of 50 first messages at once', async () => {
    const { db } = postgres()
    const ada = newSpeaker()
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, index) => acceptToRun(db, ada.says(`message ${index}`))),
    )
    expect(new Set(accepted.map(({ personId }) => personId)).size).toBe(1)
    expect(
      await recentTurns(db, theOnly(accepted.map((run) => run.conversationId)), { limit: 100 }),
    ).toHaveLength(50)
  })

  it('takes the same message id from another account as another message', async () => {
    const { db } = postgres()
    const place = { kind: 'guild', id: newSpeaker().place.id } as const
    const [ada, bea] = [newSpeaker({ place }), newSpeaker({ place, name: 'Bea' })]
    const first = await acceptToRun(db, ada.says('mine', { messageId: 'same' }))
    await acceptToRun(db, bea.says('mine too', { messageId: 'same' }))
    const history = await recentTurns(db, first.conversationId, { limit: 10 })
    expect(history.map(({ author, text }) => [author.displayName, text])).toEqual([
      ['Ada', 'mine'],
      ['Bea', 'mine too'],
    ])
  })

  it('lets only the newest attempt finish', async () => {
    const { db } = postgres()
    const request = newSpeaker().says('hello')
    const { turnId } = request
    await acceptToRun(db, request)
    expect(await acceptToRun(db, request)).toMatchObject({ attempt: 2, text: 'hello' })
    expect(await finishTurn(db, { turnId, attempt: 1, status: 'complete', text: 'from the dead' })).toBe(
      false,
    )
    expect(await getTurn(db, turnId)).toMatchObject({ status: 'running', reply: '' })
    expect(await finishTurn(db, { turnId, attempt: 2, status: 'complete', text: 'from the living' })).toBe(
      true,
    )
    expect(await getTurn(db, turnId)).toMatchObject({ status: 'complete', reply: 'from the living' })
  })

  it('says yes again to the attempt that finished, and changes nothing by it', async () => {
    const { db } = postgres()
    const request = newSpeaker().says('hello')
    await answer(db, request, 'first')
    const again = { turnId: request.turnId, attempt: 1, status: 'complete', text: 'second' } as const
    expect(await finishTurn(db, again)).toBe(true)
    expect(await finishTurn(db, { ...again, status: 'failed' })).toBe(false)
    expect(await getTurn(db, request.turnId)).toMatchObject({ status: 'complete', reply: 'first' })
  })

  it('has one winner when two attempts finish while a third begins', async () => {
    const { db } = postgres()
    const request = newSpeaker().says('race')
    const { turnId } = request
    await acceptToRun(db, request)
    await acceptToRun(db, request)
    const finish = (attempt: number) =>
      finishTurn(db, { turnId, attempt, status: 'complete', text: `by ${attempt}` })
    const [first, second, third] = await Promise.all([finish(1), finish(2), acceptTurn(db, request)])
    expect(first).toBe(false)
    expect(second).toBe(third.kind === 'finished')
    const turn = await getTurn(db, turnId)
    expect(turn).toMatchObject(second ? { attempt: 2, reply: 'by 2' } : { attempt: 3, status: 'running' })
  })

  it('tells the end of a finished turn to whoever accepts it again', async () => {
    const { db } = postgres()
    const request = newSpeaker().says('hello')
    await acceptToRun(db, request)
    const notice = 'The model is away.'
    await finishTurn(db, { turnId: request.turnId, attempt: 1, status: 'failed', text: 'half', notice })
    const end = { status: 'failed', text: 'half', notice }
    expect(await acceptTurn(db, request)).toEqual({ kind: 'finished', attempt: 1, isDelivered: false, end })
  })

  it('keeps text as it was written, whatever it looks like', async () => {
    const { db } = postgres()
    const text = `'; drop table turns; -- $1 \\ " 👩‍🚀 \u202e שלום %s {{x}} \u0007`
    const request = newSpeaker({ name: `Robert'); DROP TABLE people;--` }).says(text)
    const run = await answer(db, request, text)
    const [turn] = await recentTurns(db, run.conversationId, { limit: 1 })
    expect(turn).toMatchObject({
      text,
      reply: text,
      author: { displayName: `Robert'); DROP TABLE people;--` },
    })
  })

  it('drops only what PostgreSQL cannot hold: NUL and half characters', async () => {
    const { db } = postgres()
    const request = newSpeaker({ name: 'A\0da\ud83d' }).says('a\0b\ud83dc', {
      deliverTo: { note: 'x\0y\ud83d' },
    })
    const run = await answer(db, request, '\0ok\udc00')
    expect(run.displayName).toBe('Ada\ufffd')
    expect(await getTurn(db, request.turnId)).toMatchObject({ text: 'ab\ufffdc', reply: 'ok\ufffd' })
  })

  it.each([`' or ''='`, `%`, `_`, `*`, `>`, `a.b`, `"; delete from turns; --`, `\\`, `ïđ-🦊`])(
    'takes %s as an id like any other',
    async (id) => {
      const { db } = postgres()
      const own = newSpeaker()
      await answer(db, own.says('a secret of somebody else'), 'kept')
      const author = { ...own.author, platformUserId: `${id} of ${own.author.platformUserId}` }
      const request = own.says('mine', {
        author,
        messageId: id,
        place: { kind: 'web', id: `${id} at ${own.place.id}` },
      })
      const run = await answer(db, request, 'yours')
      const history = await recentTurns(db, run.conversationId, { limit: 10 })
      expect(history.map(({ text }) => text)).toEqual(['mine'])
      expect(await retractMessage(db, { platform: 'discord', platformUserId: id }, id)).toBeUndefined()
      expect(await getTurn(db, request.turnId)).toMatchObject({ status: 'complete' })
    },
  )

  it('pages through the history in both directions, oldest first', async () => {
    const { db } = postgres()
    const ada = newSpeaker()
    const requests = Array.from({ length: 7 }, (_, index) => ada.says(`${index}`))
    const conversations: ConversationId[] = []
    for (const request of requests) conversations.push((await answer(db, request, 'ok')).conversationId)
    const turnIds = requests.map(({ turnId }) => turnId)
    const page = async (range: { limit: number; before?: string; after?: string }) =>
      (await recentTurns(db, theOnly(conversations), range)).map(({ text }) => text)
    expect(await page({ limit: 3 })).toEqual(['4', '5', '6'])
    expect(await page({ limit: 3, before: turnIds[4] ?? '' })).toEqual(['1', '2', '3'])
    expect(await page({ limit: 9, after: turnIds[4] ?? '' })).toEqual(['5', '6'])
    expect(await page({ limit: 9, after: turnIds[0] ?? '', before: turnIds[3] ?? '' })).toEqual(['1', '2'])
    expect(await page({ limit: 9, before: 'no such turn' })).toEqual([])
  })

  describe('replacing', () => {
    const textsOf = async (db: Database, { conversationId }: AcceptedRun) =>
      (await recentTurns(db, conversationId, { limit: 20 })).map(({ text }) => text)

    it('takes the replaced turn out of the history, along a whole chain', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const first = ada.says('first')
      const run = await answer(db, first, 'a')
      await answer(db, ada.says('other'), 'b')
      const second = ada.says('second', { replaces: first.turnId })
      await answer(db, second, 'c')
      expect(await textsOf(db, run)).toEqual(['other', 'second'])
      await answer(db, ada.says('third', { replaces: second.turnId }), 'd')
      expect(await textsOf(db, run)).toEqual(['other', 'third'])
    })

    it('leaves one when the same turn is replaced from two tabs', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const first = ada.says('first')
      const run = await answer(db, first, 'a')
      await answer(db, ada.says('one tab', { replaces: first.turnId }), 'b')
      await answer(db, ada.says('other tab', { replaces: first.turnId }), 'c')
      expect(await textsOf(db, run)).toEqual(['other tab'])
    })

    it('changes nothing when the request is repeated', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const first = ada.says('first')
      const run = await answer(db, first, 'a')
      const second = ada.says('second', { replaces: first.turnId })
      await acceptToRun(db, second)
      await acceptToRun(db, second)
      expect(await textsOf(db, run)).toEqual(['second'])
      expect(await getTurn(db, first.turnId)).toMatchObject({ replacedBy: second.turnId, text: 'first' })
    })

    it('refuses to replace what another person said', async () => {
      const { db } = postgres()
      const [ada, bea] = [newSpeaker(), newSpeaker()]
      const hers = ada.says('hers')
      const run = await answer(db, hers, 'a')
      await answer(db, bea.says('mine', { replaces: hers.turnId, place: ada.place }), 'b')
      expect(await textsOf(db, run)).toEqual(['hers', 'mine'])
    })

    it('refuses to replace what was said at another place, or itself', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const elsewhere = ada.says('elsewhere', { place: { kind: 'dm', id: `dm ${ada.place.id}` } })
      const run = await answer(db, elsewhere, 'a')
      await answer(db, ada.says('here', { replaces: elsewhere.turnId }), 'b')
      expect(await textsOf(db, run)).toEqual(['elsewhere'])
      const own = ada.says('own')
      const ownRun = await acceptToRun(db, { ...own, replaces: own.turnId })
      expect(await textsOf(db, ownRun)).toEqual(['here', 'own'])
    })
  })

  describe('messages that are deleted or edited', () => {
    it('drops a request whose deletion came first, and stores nothing of it', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('never said')
      expect(await retractMessage(db, request.author, request.messageId)).toBeUndefined()
      expect(await acceptTurn(db, request)).toEqual({ kind: 'retracted' })
      expect(await acceptTurn(db, request)).toEqual({ kind: 'retracted' })
      expect(await getTurn(db, request.turnId)).toBeUndefined()
    })

    it('erases a running turn, and refuses its answer', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('oops')
      const { turnId } = request
      const run = await acceptToRun(db, request)
      expect(await retractMessage(db, request.author, request.messageId)).toEqual({
        turnId,
        attempt: 1,
        messageIds: [],
      })
      expect(await finishTurn(db, { turnId, attempt: 1, status: 'complete', text: 'too late' })).toBe(false)
      expect(await getTurn(db, turnId)).toMatchObject({ status: 'retracted', text: '', reply: '' })
      expect(await acceptTurn(db, request)).toEqual({ kind: 'retracted' })
      expect(await recentTurns(db, run.conversationId, { limit: 10 })).toEqual([])
    })

    it('erases a finished turn and says the same when the deletion is repeated', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('oops', { deliverTo: { channelId: '7' } })
      const run = await answer(db, request, 'an answer')
      const retracted = { turnId: request.turnId, attempt: 1, messageIds: [], deliverTo: { channelId: '7' } }
      expect(await retractMessage(db, request.author, request.messageId)).toEqual(retracted)
      expect(await retractMessage(db, request.author, request.messageId)).toEqual(retracted)
      expect(await getTurn(db, request.turnId)).toMatchObject({ status: 'retracted', text: '', reply: '' })
      expect(await recentTurns(db, run.conversationId, { limit: 10 })).toEqual([])
    })

    it('erases what the deleted message had replaced, because it says the same', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const first = ada.says('oops')
      await answer(db, first, 'a')
      const second = ada.says('oops', { replaces: first.turnId })
      await answer(db, second, 'b')
      await retractMessage(db, ada.author, second.messageId)
      expect(await getTurn(db, first.turnId)).toMatchObject({ status: 'retracted', text: '', reply: '' })
    })

    it('lets a worker end its turn as retracted', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('oops')
      await acceptToRun(db, request)
      const end = { turnId: request.turnId, attempt: 1, status: 'retracted', text: 'not to be kept' } as const
      expect(await finishTurn(db, { ...end, attempt: 9 })).toBe(false)
      expect(await finishTurn(db, end)).toBe(true)
      expect(await finishTurn(db, end)).toBe(true)
      expect(await getTurn(db, request.turnId)).toMatchObject({ status: 'retracted', text: '', reply: '' })
    })

    it('does not let somebody delete what another person said', async () => {
      const { db } = postgres()
      const [ada, bea] = [newSpeaker(), newSpeaker()]
      const request = ada.says('stays')
      await answer(db, request, 'ok')
      expect(await retractMessage(db, bea.author, request.messageId)).toBeUndefined()
      expect(await getTurn(db, request.turnId)).toMatchObject({ status: 'complete', text: 'stays' })
    })

    it('keeps no words whichever of accepting, finishing and deleting comes first', async () => {
      const { db } = postgres()
      const rounds = Array.from({ length: 40 }, async (_, round) => {
        const request = newSpeaker().says(`secret ${round}`)
        const { turnId, author, messageId } = request
        const finish = () =>
          finishTurn(db, { turnId, attempt: 1, status: 'complete', text: `answer ${round}` })
        await Promise.all([
          acceptTurn(db, request).then(finish),
          retractMessage(db, author, messageId),
          ...(round % 2 === 0 ? [acceptTurn(db, request)] : []),
        ])
        const turn = await getTurn(db, turnId)
        expect(turn === undefined || turn.status === 'retracted').toBe(true)
        expect([turn?.text ?? '', turn?.reply ?? '']).toEqual(['', ''])
      })
      await Promise.all(rounds)
    })

    it('answers the edited text when the edit came first', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('teh cat')
      expect(await amendMessage(db, request.author, request.messageId, 'teh bat')).toBe(true)
      expect(await amendMessage(db, request.author, request.messageId, 'the cat')).toBe(true)
      expect(await acceptToRun(db, request)).toMatchObject({ text: 'the cat' })
      expect(await acceptToRun(db, request)).toMatchObject({ attempt: 2, text: 'the cat' })
    })

    it('lets the answer stand when the edit came after the turn began', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('as said')
      await acceptToRun(db, request)
      expect(await amendMessage(db, request.author, request.messageId, 'changed')).toBe(false)
      expect(await acceptToRun(db, request)).toMatchObject({ text: 'as said' })
    })

    it('does not bring a deleted message back by editing it', async () => {
      const { db } = postgres()
      const request = newSpeaker().says('oops')
      await amendMessage(db, request.author, request.messageId, 'oops!')
      await retractMessage(db, request.author, request.messageId)
      expect(await amendMessage(db, request.author, request.messageId, 'oops!!')).toBe(false)
      expect(await acceptTurn(db, request)).toEqual({ kind: 'retracted' })
    })

    it('tells truly whether an edit counts when it races the request', async () => {
      const { db } = postgres()
      const rounds = Array.from({ length: 40 }, async () => {
        const request = newSpeaker().says('before')
        const { author, messageId } = request
        const [run, counts] = await Promise.all([
          acceptToRun(db, request),
          amendMessage(db, author, messageId, 'after'),
        ])
        expect(run.text).toBe(counts ? 'after' : 'before')
      })
      await Promise.all(rounds)
    })
  })
})

function theOnly<Value>(values: readonly Value[]): Value {
  const [only, ...others] = new Set(values)
  if (only === undefined || others.length > 0) throw new Error(`one value, not ${others.length + 1}`)
  return only
}
