import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findConversation, listTurnsForPlace } from '#core/store/conversations.ts'
import { markDelivered, undeliveredTurns } from '#core/store/deliveries.ts'
import { deleteSetting, getSetting, listSettings, setSetting } from '#core/store/settings.ts'
import { finishTurn, retractMessage } from '#core/store/turns.ts'
import { acceptToRun, answer } from './answering.ts'
import { describeOnEachPostgres } from './on-each-postgres.ts'
import { newSpeaker } from './speaker.ts'

describeOnEachPostgres('places, deliveries and settings', (postgres) => {
  describe('places', () => {
    it('finds the conversation of a place as it was told', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const place = { kind: 'thread', id: `thread ${randomUUID()}`, guildId: 'g', parentId: 'p' } as const
      expect(await findConversation(db, 'discord', place.id)).toBeUndefined()
      const { conversationId } = await answer(db, ada.says('hi', { place }), 'hello')
      expect(await findConversation(db, 'discord', place.id)).toMatchObject({ id: conversationId, place })
      expect(await findConversation(db, 'web', place.id)).toBeUndefined()
    })

    it('lists the newest turns of a place, also a running one', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      for (const text of ['one', 'two', 'three']) await answer(db, ada.says(text), `${text}!`)
      await acceptToRun(db, ada.says('four'))
      const listed = await listTurnsForPlace(db, 'discord', ada.place.id, { limit: 3 })
      expect(listed.map(({ text, reply, status }) => [text, reply, status])).toEqual([
        ['two', 'two!', 'complete'],
        ['three', 'three!', 'complete'],
        ['four', '', 'running'],
      ])
      expect(await listTurnsForPlace(db, 'web', ada.place.id, { limit: 3 })).toEqual([])
    })
  })

  describe('deliveries', () => {
    /** Of one place: other tests leave turns behind. */
    async function waitingAt(placeId: string, finishedBeforeMs = Date.now() + 60_000) {
      const waiting = await undeliveredTurns(postgres().db, 'discord', { finishedBeforeMs, limit: 1_000 })
      return waiting.filter(({ place }) => place.id === placeId)
    }

    const deliverTo = { channelId: '42', ephemeral: false }

    it('lists what was finished and not delivered, with all that delivering takes', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const request = ada.says('hi', { deliverTo, locale: 'ja' })
      await acceptToRun(db, request)
      expect(await waitingAt(ada.place.id)).toEqual([])
      const end = { status: 'failed', text: 'hel', notice: 'The model is away.' } as const
      await finishTurn(db, { turnId: request.turnId, attempt: 1, ...end })
      const { turnId, messageId } = request
      const { author, place } = ada
      expect(await waitingAt(ada.place.id)).toEqual([
        { turnId, messageId, attempt: 1, author, place, deliverTo, locale: 'ja', messageIds: [], ...end },
      ])
      await markDelivered(db, turnId, { messageIds: ['100', '101'] })
      expect(await waitingAt(ada.place.id)).toEqual([])
    })

    it('leaves alone what has just finished, and what nobody waits for', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      await answer(db, ada.says('hi', { deliverTo }), 'hello')
      await answer(db, ada.says('to nobody'), 'hello')
      expect(await waitingAt(ada.place.id, Date.now() - 60_000)).toEqual([])
      expect(await waitingAt(ada.place.id)).toHaveLength(1)
    })

    it('gives the longest waiting first, and no more than asked for', async () => {
      const { db } = postgres()
      const author = { ...newSpeaker().author, platform: 'twitch' } as const
      const ada = newSpeaker()
      for (const text of ['1', '2', '3'])
        await answer(db, ada.says(text, { author, deliverTo }), `re: ${text}`)
      const waiting = await undeliveredTurns(db, 'twitch', {
        finishedBeforeMs: Date.now() + 60_000,
        limit: 2,
      })
      expect(waiting.map(({ text }) => text)).toEqual(['re: 1', 're: 2'])
    })

    it('has a shown answer taken back when its message is deleted, until that is done', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const request = ada.says('oops', { deliverTo })
      await answer(db, request, 'an answer')
      await markDelivered(db, request.turnId, { messageIds: ['100'] })
      const retracted = await retractMessage(db, ada.author, request.messageId)
      expect(retracted).toMatchObject({ messageIds: ['100'], deliverTo })
      expect(await waitingAt(ada.place.id)).toMatchObject([
        { status: 'retracted', text: '', messageIds: ['100'] },
      ])
      await markDelivered(db, request.turnId, { messageIds: [] })
      expect(await waitingAt(ada.place.id)).toEqual([])
      expect(await retractMessage(db, ada.author, request.messageId)).toMatchObject({ messageIds: [] })
      expect(await waitingAt(ada.place.id)).toEqual([])
    })

    it('has an answer taken back that was sent while its message was being deleted', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const request = ada.says('oops', { deliverTo })
      await answer(db, request, 'an answer')
      await retractMessage(db, ada.author, request.messageId)
      await markDelivered(db, request.turnId, { messageIds: ['100'] })
      expect(await waitingAt(ada.place.id)).toMatchObject([{ status: 'retracted', messageIds: ['100'] }])
    })

    it('does not call a running turn delivered', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const request = ada.says('hi', { deliverTo })
      await acceptToRun(db, request)
      await markDelivered(db, request.turnId, { messageIds: ['100'] })
      await finishTurn(db, { turnId: request.turnId, attempt: 1, status: 'complete', text: 'hello' })
      expect(await waitingAt(ada.place.id)).toMatchObject([{ text: 'hello', messageIds: [] }])
    })
  })

  describe('settings', () => {
    it('keeps any JSON value under scope and key, and gives it back as it was', async () => {
      const { db } = postgres()
      const scope = `discord:guild:${randomUUID()}`
      const values = {
        quiet: false,
        number: 0,
        word: '',
        list: [1, null, 'x\0\ud83d'],
        deep: { a: { b: ['"'] } },
      }
      for (const [key, value] of Object.entries(values)) await setSetting(db, scope, key, value)
      for (const [key, value] of Object.entries(values))
        expect(await getSetting(db, scope, key)).toEqual(value)
      expect(await listSettings(db, scope)).toEqual(values)
    })

    it('replaces and deletes, and knows what is not set', async () => {
      const { db } = postgres()
      const scope = `person:${randomUUID()}`
      await setSetting(db, scope, 'persona', { name: 'Lumi' })
      await setSetting(db, scope, 'persona', { name: 'Nox' })
      expect(await getSetting(db, scope, 'persona')).toEqual({ name: 'Nox' })
      await deleteSetting(db, scope, 'persona')
      expect(await getSetting(db, scope, 'persona')).toBeUndefined()
      expect(await listSettings(db, scope)).toEqual({})
    })

    it('has one value when 20 writers set it at once', async () => {
      const { db } = postgres()
      const scope = `app ${randomUUID()}`
      await Promise.all(Array.from({ length: 20 }, (_, index) => setSetting(db, scope, 'k', index + 1)))
      expect(Object.keys(await listSettings(db, scope))).toEqual(['k'])
    })

    it('takes scopes and keys that look like SQL or wildcards as names', async () => {
      const { db } = postgres()
      const own = randomUUID()
      await setSetting(db, `${own}:a`, 'k', 'theirs')
      for (const name of [`${own}:%`, `${own}' or '1'='1`, `${own}_`, `"${own}`]) {
        expect(await listSettings(db, name)).toEqual({})
        await setSetting(db, name, name, name)
        expect(await listSettings(db, name)).toEqual({ [name]: name })
      }
      expect(await getSetting(db, `${own}:a`, 'k')).toBe('theirs')
    })
  })
})
