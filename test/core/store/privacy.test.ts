import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '#core/protocol/chat.ts'
import { getSummary, listTurnsForPlace, setSummary } from '#core/store/conversations.ts'
import type { Database } from '#core/store/database.ts'
import { eraseExpired, markDelivered, undeliveredTurns } from '#core/store/deliveries.ts'
import { forgetPerson } from '#core/store/forget.ts'
import {
  ensureAuthor,
  getPersonPreferences,
  type PersonPreferences,
  setPersonPreferences,
} from '#core/store/people.ts'
import { getSetting, setSetting } from '#core/store/settings.ts'
import {
  acceptTurn,
  amendMessage,
  finishTurn,
  getTurn,
  recentTurns,
  retractMessage,
} from '#core/store/turns.ts'
import { acceptToRun, answer } from './answering.ts'
import { describeOnEachPostgres } from './on-each-postgres.ts'
import { newSpeaker, type Speaker } from './speaker.ts'
import { findWords } from './stored-words.ts'

/** What holds for somebody who chose nothing. */
const defaults = { keepsHistory: true, isHeard: true, allowsTranscripts: false }

describeOnEachPostgres('what is known of people', (postgres) => {
  /** Words that are nowhere else in the database. */
  const canary = () => `canary-${randomUUID()}`

  async function meet(speaker: Speaker, preferences: Partial<PersonPreferences> = {}) {
    const { personId } = await ensureAuthor(postgres().db, speaker.author)
    await setPersonPreferences(postgres().db, personId, preferences)
    return personId
  }

  describe('people', () => {
    it('follows the name that the platform shows, unless the person chose one', async () => {
      const { db } = postgres()
      const { author } = newSpeaker({ name: 'ada_1815' })
      const { personId, displayName } = await ensureAuthor(db, author)
      expect(displayName).toBe('ada_1815')
      const renamed = { ...author, displayName: 'Countess' }
      expect(await ensureAuthor(db, renamed)).toEqual({ personId, displayName: 'Countess' })
      await setPersonPreferences(db, personId, { displayName: 'Ada' })
      expect(await ensureAuthor(db, author)).toEqual({ personId, displayName: 'Ada' })
      await setPersonPreferences(db, personId, { displayName: '' })
      expect(await ensureAuthor(db, author)).toEqual({ personId, displayName: 'ada_1815' })
    })

    it('is one person when the same account is met 30 times at once', async () => {
      const { author } = newSpeaker()
      const met = await Promise.all(Array.from({ length: 30 }, () => ensureAuthor(postgres().db, author)))
      expect(new Set(met.map(({ personId }) => personId)).size).toBe(1)
    })

    it('changes only the preferences that are given', async () => {
      const { db } = postgres()
      const personId = await meet(newSpeaker())
      expect(await getPersonPreferences(db, personId)).toEqual(defaults)
      await setPersonPreferences(db, personId, { locale: 'de', displayName: 'Ada' })
      await setPersonPreferences(db, personId, { keepsHistory: false })
      await setPersonPreferences(db, personId, { isHeard: false, allowsTranscripts: true })
      await setPersonPreferences(db, personId, {})
      const chosen = { keepsHistory: false, isHeard: false, allowsTranscripts: true }
      const all = { ...chosen, locale: 'de', displayName: 'Ada' }
      expect(await getPersonPreferences(db, personId)).toEqual(all)
    })
  })

  describe('without history', () => {
    it('keeps the question until it is answered and the answer until it is delivered', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      await meet(ada, { keepsHistory: false })
      const [question, reply] = [canary(), canary()]
      const request = ada.says(question, { deliverTo: { channelId: '1' } })
      const run = await acceptToRun(db, request)
      expect(run).toMatchObject({ keepsHistory: false, text: question })
      expect(await acceptToRun(db, request)).toMatchObject({ attempt: 2, text: question })

      await finishTurn(db, { turnId: request.turnId, attempt: 2, status: 'complete', text: reply })
      expect(await findWords(db, question)).toEqual([])
      expect(await acceptTurn(db, request)).toMatchObject({ kind: 'finished', end: { text: reply } })
      expect(await undeliveredOf(db, request)).toMatchObject({ text: reply })

      await markDelivered(db, request.turnId, { messageIds: ['99'] })
      expect(await findWords(db, reply)).toEqual([])
      expect(await acceptTurn(db, request)).toMatchObject({ kind: 'finished', isDelivered: true })
    })

    it('never comes into the history, but can be shown at its place until delivered', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      await meet(ada, { keepsHistory: false })
      const request = ada.says('psst')
      const run = await answer(db, request, 'I tell nobody')
      const here = () => listTurnsForPlace(db, 'discord', ada.place.id, { limit: 10 })
      expect(await recentTurns(db, run.conversationId, { limit: 10 })).toEqual([])
      expect(await here()).toMatchObject([{ text: '', reply: 'I tell nobody', keepsHistory: false }])
      await markDelivered(db, request.turnId, { messageIds: [] })
      expect(await here()).toEqual([])
    })

    it('holds for the turn that is running when the person decides so', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const [question, reply] = [canary(), canary()]
      const request = ada.says(question)
      const run = await acceptToRun(db, request)
      await setPersonPreferences(db, run.personId, { keepsHistory: false })
      await finishTurn(db, { turnId: request.turnId, attempt: 1, status: 'complete', text: reply })
      await markDelivered(db, request.turnId, { messageIds: [] })
      expect([...(await findWords(db, question)), ...(await findWords(db, reply))]).toEqual([])
    })

    it('erases in the end what nobody delivered', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      await meet(ada, { keepsHistory: false })
      const [reply, edit] = [canary(), canary()]
      await answer(db, ada.says('question'), reply)
      await amendMessage(db, ada.author, 'a message that never comes', edit)
      await eraseExpired(db, { beforeMs: Date.now() - 60_000 })
      expect(await findWords(db, reply)).toEqual(['turns.reply'])
      expect(await findWords(db, edit)).toEqual(['message_marks.amended_text'])
      await eraseExpired(db, { beforeMs: Date.now() + 60_000 })
      expect([...(await findWords(db, reply)), ...(await findWords(db, edit))]).toEqual([])
    })
  })

  describe('deleting a message', () => {
    it('leaves none of its words anywhere, also not in a summary', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const [question, reply, notes] = [canary(), canary(), canary()]
      const request = ada.says(question)
      const run = await answer(db, request, reply)
      const summary = { text: notes, throughTurnId: request.turnId, erasures: run.erasures }
      expect(await setSummary(db, run.conversationId, summary)).toBe(true)
      await retractMessage(db, ada.author, request.messageId)
      expect(await getSummary(db, run.conversationId)).toBeUndefined()
      for (const words of [question, reply, notes]) expect(await findWords(db, words)).toEqual([])
    })

    it('refuses a summary that was begun before the deletion', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const request = ada.says('to be summarised')
      const run = await answer(db, request, 'ok')
      const later = ada.says('more')
      const { erasures, conversationId } = await answer(db, later, 'ok')
      await retractMessage(db, ada.author, request.messageId)
      const summary = { text: 'to be summarised', throughTurnId: later.turnId }
      expect(await setSummary(db, conversationId, { ...summary, erasures })).toBe(false)
      expect(await getSummary(db, run.conversationId)).toBeUndefined()
      const next = await acceptToRun(db, ada.says('again'))
      expect(await setSummary(db, conversationId, { ...summary, erasures: next.erasures })).toBe(true)
      expect(await getSummary(db, conversationId)).toEqual(summary)
    })

    it('never leaves a summary that races the deletion', async () => {
      const { db } = postgres()
      const rounds = Array.from({ length: 20 }, async () => {
        const ada = newSpeaker()
        const request = ada.says('oops')
        const { conversationId, erasures } = await answer(db, request, 'ok')
        await Promise.all([
          setSummary(db, conversationId, { text: 'oops', throughTurnId: request.turnId, erasures }),
          retractMessage(db, ada.author, request.messageId),
        ])
        expect(await getSummary(db, conversationId)).toBeUndefined()
      })
      await Promise.all(rounds)
    })
  })

  describe('forgetting a person', () => {
    it('leaves no words of theirs in any column of any table', async () => {
      const { db } = postgres()
      const [name, chosenName, wish] = [canary(), canary(), canary()]
      const [question, reply, notice, running, undelivered, edit, notes] = Array.from({ length: 7 }, canary)
      const ada = newSpeaker({ name })
      const personId = await meet(ada, { displayName: chosenName, locale: 'de' })
      await setSetting(db, `person:${personId}`, 'persona', { wish })
      const first = ada.says(`${question}`)
      const run = await answer(db, first, `${reply}`)
      const failed = ada.says('failing')
      await acceptToRun(db, failed)
      await finishTurn(db, { turnId: failed.turnId, attempt: 1, status: 'failed', text: '', notice })
      const waiting = ada.says('waiting', { deliverTo: { channelId: '1' } })
      await answer(db, waiting, `${undelivered}`)
      const begun = ada.says(`${running}`)
      await acceptToRun(db, begun)
      await amendMessage(db, ada.author, 'still to come', `${edit}`)
      const summary = { text: `${notes}`, throughTurnId: first.turnId, erasures: run.erasures }
      await setSummary(db, run.conversationId, summary)

      await setPersonPreferences(db, personId, { isHeard: false, allowsTranscripts: true })
      expect(await forgetPerson(db, personId, {})).toEqual({ turns: 4 })

      const said = [name, chosenName, wish, question, reply, notice, running, undelivered, edit, notes]
      for (const words of said) expect(await findWords(db, `${words}`)).toEqual([])
      expect(await getSetting(db, `person:${personId}`, 'persona')).toBeUndefined()
      expect(await getPersonPreferences(db, personId)).toEqual({ ...defaults, isHeard: false })
      expect(await recentTurns(db, run.conversationId, { limit: 10 })).toEqual([])
      expect(await forgetPerson(db, personId, {})).toEqual({ turns: 0 })
    })

    it('ends what is being answered, and has what is not shown yet taken back', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const [shown, waiting, begun] = ['shown', 'waiting', 'begun'].map((text) =>
        ada.says(text, { deliverTo: { channelId: text } }),
      ) as [ChatRequest, ChatRequest, ChatRequest]
      const { personId } = await answer(db, shown, 'a')
      await markDelivered(db, shown.turnId, { messageIds: ['1'] })
      await answer(db, waiting, 'b')
      await acceptToRun(db, begun)
      await forgetPerson(db, personId, {})
      expect(await getTurn(db, shown.turnId)).toMatchObject({ status: 'complete', text: '', reply: '' })
      for (const request of [waiting, begun])
        expect(await undeliveredOf(db, request)).toMatchObject({ status: 'retracted', text: '' })
      const tooLate = { turnId: begun.turnId, attempt: 1, status: 'complete', text: 'c' } as const
      expect(await finishTurn(db, tooLate)).toBe(false)
    })

    it('keeps to one place if asked to', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const dm = { kind: 'dm', id: `dm of ${ada.author.platformUserId}` } as const
      const [here, there] = [ada.says('here'), ada.says('there', { place: dm })]
      const { personId } = await answer(db, here, 'a')
      await answer(db, there, 'b')
      await setPersonPreferences(db, personId, { displayName: 'Ada L.' })
      expect(await forgetPerson(db, personId, { placeId: dm.id })).toEqual({ turns: 1 })
      expect(await getTurn(db, here.turnId)).toMatchObject({ text: 'here', reply: 'a' })
      expect(await getTurn(db, there.turnId)).toMatchObject({ text: '', reply: '' })
      expect(await getPersonPreferences(db, personId)).toMatchObject({ displayName: 'Ada L.' })
    })

    it('leaves what others said at the same place', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const bea = newSpeaker({ place: ada.place, name: 'Bea' })
      const { personId, conversationId } = await answer(db, ada.says('mine'), 'a')
      await answer(db, bea.says('hers'), 'b')
      await forgetPerson(db, personId, { placeId: ada.place.id })
      expect(await recentTurns(db, conversationId, { limit: 10 })).toMatchObject([
        { text: 'hers', reply: 'b' },
      ])
    })

    it('drops what waited in the queue from before, and answers what comes after', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const words = canary()
      const queued = ada.says(words, { at: Date.now() - 5_000 })
      const { personId } = await answer(db, ada.says('earlier'), 'a')
      await forgetPerson(db, personId, {})
      const named = { ...queued, author: { ...ada.author, displayName: words } }
      expect(await acceptTurn(db, named)).toEqual({ kind: 'retracted' })
      expect(await findWords(db, words)).toEqual([])
      expect(await acceptTurn(db, ada.says('later', { at: Date.now() + 1 }))).toMatchObject({ kind: 'run' })
    })

    it('drops what waited for the place that is forgotten, and nothing else', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const at = Date.now() - 5_000
      const dm = { kind: 'dm', id: `dm of ${ada.author.platformUserId}` } as const
      const { personId } = await answer(db, ada.says('earlier'), 'a')
      await forgetPerson(db, personId, { placeId: ada.place.id })
      expect(await acceptTurn(db, ada.says('queued here', { at }))).toEqual({ kind: 'retracted' })
      expect(await acceptTurn(db, ada.says('queued there', { at, place: dm }))).toMatchObject({ kind: 'run' })
    })

    it('leaves no words of requests that race it', async () => {
      const { db } = postgres()
      const ada = newSpeaker()
      const words = canary()
      const { personId } = await answer(db, ada.says('earlier'), 'a')
      const at = Date.now() - 1_000
      await Promise.all([
        ...Array.from({ length: 15 }, () => acceptTurn(db, ada.says(words, { at }))),
        forgetPerson(db, personId, {}),
        ...Array.from({ length: 15 }, () => acceptTurn(db, ada.says(words, { at }))),
      ])
      expect(await findWords(db, words)).toEqual([])
    })
  })

  async function undeliveredOf(db: Database, { turnId }: ChatRequest) {
    const waiting = await undeliveredTurns(db, 'discord', {
      finishedBeforeMs: Date.now() + 60_000,
      limit: 1_000,
    })
    return waiting.find((turn) => turn.turnId === turnId)
  }
})
