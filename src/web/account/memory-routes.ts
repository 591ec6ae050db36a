import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import { erasureOf } from '#core/bus/erasure.ts'
import type { ChatCancel } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { listChatAccounts } from '#core/store/chat-accounts.ts'
import { forgetPerson } from '#core/store/forget.ts'
import type { PersonId } from '#core/store/ids.ts'
import { talkOfPerson, turnsOfTalk } from '#core/store/memory-of-person.ts'
import type { StoredTurn } from '#core/store/stored-turn.ts'
import { getTurn, retractMessage } from '#core/store/turns.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { personOf } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { talkPage } from './talk-page.ts'

const shownTurns = 200
const busTimeoutMs = 5_000

/** What is kept of what somebody said: to be looked at, and forgotten in parts or whole. */
export function addMemoryRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { db, bus } = deps.chat

  app.get('/account/talks/:talk', async (context) => {
    const { personId, talk } = await ownTalk(context, deps)
    const turns = await turnsOfTalk(db, personId, talk.id, { limit: shownTurns + 1 })
    return context.html(
      talkPage({
        id: talk.id,
        name: deps.persona.name,
        turns: turns.slice(-shownTurns),
        isCut: turns.length > shownTurns,
        notice: context.req.query('forgot') === '1' ? accountWords.forgotTurn : undefined,
        theme: readTheme(context),
        assets: deps.assets,
      }),
    )
  })

  app.post('/account/talks/:talk/forget', async (context) => {
    const { personId, talk } = await ownTalk(context, deps)
    await forget(deps, personId, talk.placeId)
    return context.redirect('/account?saved=talk#memory', 303)
  })

  app.post('/account/talks/:talk/turns/:turn/forget', async (context) => {
    const turn = await getTurn(db, context.req.param('turn'))
    if (turn?.personId !== (await personOf(context, deps))) throw pageErrors.notFound()
    const { author, messageId } = turn
    cancelChat(bus, userKey(author), cancel({ messageId }))
    await retractMessage(db, author, messageId)
    await tellRetracted(deps, turn)
    const isLast = (await turnsOfTalk(db, turn.personId, turn.conversationId, { limit: 1 })).length === 0
    const next = isLast ? '/account?saved=talk#memory' : `/account/talks/${turn.conversationId}?forgot=1`
    return context.redirect(next, 303)
  })

  app.post('/account/forget', async (context) => {
    await forget(deps, await personOf(context, deps))
    return context.redirect('/account?saved=all#memory', 303)
  })
}

/** @throws PageError for a conversation that this person has no words in */
async function ownTalk(context: WebContext, deps: WebDeps) {
  const personId = await personOf(context, deps)
  const talk = await talkOfPerson(deps.chat.db, personId, context.req.param('talk') ?? '')
  if (talk === undefined) throw pageErrors.notFound()
  return { personId, talk }
}

/** As on Discord: what runs is stopped, and what pages that reconnect would be shown is erased, too. */
async function forget({ chat }: WebDeps, personId: PersonId, placeId?: string): Promise<void> {
  const { db, bus, logger } = chat
  const accounts = await listChatAccounts(db, personId)
  if (placeId === undefined) for (const account of accounts) cancelChat(bus, userKey(account), cancel({}))
  await forgetPerson(db, personId, { placeId })
  const { records } = erasureOf(accounts)
  const what = { work: [], records, isMeant: () => false }
  await bus.erase(what, { signal: AbortSignal.timeout(busTimeoutMs) }).catch((error: unknown) =>
    // They end by themselves within an hour.
    logger.warn('records of forgotten answers could not be erased', { error }),
  )
}

/** Open pages take the answer back, and so does the platform that shows it. */
async function tellRetracted({ chat: { bus, logger } }: WebDeps, turn: StoredTurn): Promise<void> {
  const { turnId, author, messageId } = turn
  const envelope = { v: protocolVersion, id: randomUUID(), at: Date.now(), correlationId: turnId } as const
  await enqueueChat(bus, { ...envelope, type: 'chat.retract', author, messageId }).catch((error: unknown) =>
    logger.warn('pages could not be told of a deletion', { turnId, error }),
  )
}

function cancel(which: Pick<ChatCancel, 'messageId'>): ChatCancel {
  const id = randomUUID()
  const envelope = { v: protocolVersion, id, at: Date.now(), correlationId: id } as const
  return { ...envelope, type: 'chat.cancel', reason: 'deleted', ...which }
}
