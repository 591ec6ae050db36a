import type { ChatRequest, ReplyStatus } from '#core/protocol/chat.ts'
import { ensureConversation } from './conversations.ts'
import type { Database } from './database.ts'
import { wasDeletedSince } from './deleted-accounts.ts'
import { and, eq, ne, or, sql } from './drizzle.ts'
import { eraseTurn } from './erase.ts'
import { isForgotten } from './forget.ts'
import type { ConversationId, PersonId } from './ids.ts'
import { type AuthorKey, findMark, isTurnOfMessage, lockMessage, removeMark, setMark } from './messages.ts'
import { findAuthor, updateAuthor } from './people.ts'
import { conversations, people, type TurnUsage, turns } from './schema.ts'
import { storable } from './storable.ts'
import { findTurn, type StoredTurn, selectTurns, type TurnRange } from './stored-turn.ts'

/** What is to be done about a request. */
export type AcceptedTurn =
  /** Answer it, as this attempt. */
  | {
      readonly kind: 'run'
      readonly attempt: number
      readonly personId: PersonId
      readonly displayName: string
      readonly conversationId: ConversationId
      readonly text: string
      readonly keepsHistory: boolean
      /** To be handed to setSummary with a summary of what was read afterwards. */
      readonly erasures: number
    }
  /** It was answered; say the end again, unless it was delivered (then its words may be gone). */
  | {
      readonly kind: 'finished'
      readonly attempt: number
      readonly isDelivered: boolean
      readonly end: TurnEnd
    }
  /** The message was deleted, or its author asked to be forgotten or deleted after writing it. */
  | { readonly kind: 'retracted' }

interface TurnEnd {
  readonly status: Exclude<ReplyStatus, 'retracted'>
  readonly text: string
  readonly notice?: string
}

/**
 * Takes a request: the same message is one turn however often and wherever it comes. Each call for an unfinished turn
 * begins the next attempt and thereby fences off the earlier ones.
 */
export async function acceptTurn(db: Database, request: ChatRequest): Promise<AcceptedTurn> {
  return await db.transaction(async (tx) => {
    await lockMessage(tx, request.author, request.messageId)
    return (await acceptAgain(tx, request)) ?? (await acceptFirst(tx, request))
  })
}

async function acceptAgain(tx: Database, request: ChatRequest): Promise<AcceptedTurn | undefined> {
  const turn = await findTurn(tx, isTurnOfMessage(request.author, request.messageId))
  if (turn?.status !== 'running') return turn && describeFinished(turn)
  // Finished between the two statements: look again.
  return (await beginNextAttempt(tx, turn)) ?? (await acceptAgain(tx, request))
}

function describeFinished({ status, attempt, reply, notice, deliveredAt }: StoredTurn): AcceptedTurn {
  if (status === 'retracted' || status === 'running') return { kind: 'retracted' }
  const end = { status, text: reply, ...(notice === undefined ? {} : { notice }) }
  return { kind: 'finished', attempt, isDelivered: deliveredAt !== undefined, end }
}

async function beginNextAttempt(tx: Database, turn: StoredTurn): Promise<AcceptedTurn | undefined> {
  const { personId, author, conversationId, text, keepsHistory } = turn
  const here = eq(conversations.id, turns.conversationId)
  const [begun] = await tx
    .update(turns)
    .set({ attempt: sql`${turns.attempt} + 1`, startedAt: sql`now()` })
    .where(and(eq(turns.id, turn.turnId), eq(turns.status, 'running')))
    .returning({
      attempt: turns.attempt,
      erasures: sql<number>`(select ${conversations.erasures} from ${conversations} where ${here})`,
    })
  if (begun === undefined) return undefined
  const { displayName } = author
  return { kind: 'run', ...begun, personId, displayName, conversationId, text, keepsHistory }
}

async function acceptFirst(tx: Database, request: ChatRequest): Promise<AcceptedTurn> {
  const { author, messageId, place, replaces } = request
  const mark = await findMark(tx, author, messageId)
  if (mark?.kind === 'deleted') return { kind: 'retracted' }
  const found = await findAuthor(tx, author)
  const isUnwanted = found
    ? await isForgotten(tx, found.personId, { placeId: place.id, at: request.at })
    : await wasDeletedSince(tx, author, request.at)
  if (isUnwanted) return { kind: 'retracted' }

  const person = await updateAuthor(tx, author, found)
  const { id: conversationId, erasures } = await ensureConversation(tx, author.platform, place)
  const text = storable(mark?.text ?? request.text)
  const keepsHistory = await insertTurn(tx, request, { conversationId, personId: person.personId, text })
  if (mark) await removeMark(tx, author, messageId)
  if (replaces !== undefined) await replaceTurn(tx, replaces, request, conversationId)
  return { kind: 'run', attempt: 1, ...person, conversationId, text, keepsHistory, erasures }
}

/** The person's choice about history as it is now goes with the turn; it is returned. */
async function insertTurn(
  tx: Database,
  { turnId, author, messageId, locale, deliverTo }: ChatRequest,
  { conversationId, personId, text }: { conversationId: ConversationId; personId: PersonId; text: string },
): Promise<boolean> {
  const { platform, platformUserId } = author
  const keepsHistory = sql`(select ${people.keepsHistory} from ${people} where ${people.id} = ${personId})`
  const fields = {
    conversationId,
    platform,
    platformUserId,
    messageId,
    text,
    locale,
    deliverTo,
    keepsHistory,
  }
  const [turn] = await tx
    .insert(turns)
    .values({ id: turnId, ...fields })
    .returning({ keepsHistory: turns.keepsHistory })
  if (turn === undefined) throw new Error('an insert returned no row')
  return turn.keepsHistory
}

/**
 * Takes a turn, and whatever that one replaced, out of the history. All turns that stood in one place point to the newest,
 * so that replacing an old version again (in another tab) leaves one.
 */
async function replaceTurn(
  tx: Database,
  replaced: string,
  { author, turnId }: ChatRequest,
  conversationId: ConversationId,
): Promise<void> {
  const newest = sql`(select coalesce(old.replaced_by, old.id) from ${turns} old where old.id = ${replaced})`
  await tx
    .update(turns)
    .set({ replacedBy: turnId })
    .where(
      and(
        or(eq(turns.id, newest), eq(turns.replacedBy, newest)),
        ne(turns.id, turnId),
        eq(turns.conversationId, conversationId),
        eq(turns.platform, author.platform),
        eq(turns.platformUserId, author.platformUserId),
      ),
    )
}

export interface FinishedTurn {
  readonly turnId: string
  readonly attempt: number
  readonly status: ReplyStatus
  readonly text: string
  readonly notice?: string | undefined
  readonly usage?: TurnUsage | undefined
}

/**
 * Stores the answer if this attempt is still the newest and the turn was not retracted; else false, and the answer must not
 * be shown as final. Saying the same end again (the answer to the first commit was lost) is true again. `retracted`
 * erases instead of storing.
 */
export async function finishTurn(db: Database, finished: FinishedTurn): Promise<boolean> {
  const { turnId, attempt, status } = finished
  if (status === 'retracted') return await finishRetracted(db, turnId, attempt)
  const [stored] = await db
    .update(turns)
    .set({
      status,
      reply: storable(finished.text),
      notice: finished.notice === undefined ? null : storable(finished.notice),
      usage: finished.usage,
      finishedAt: sql`now()`,
      text: sql`case when ${turns.keepsHistory} then ${turns.text} end`,
    })
    .where(isRunningAttempt(turnId, attempt))
    .returning({ id: turns.id })
  return stored !== undefined || (await hasFinishedAs(db, finished))
}

async function finishRetracted(db: Database, turnId: string, attempt: number): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const [turn] = await tx
      .select({ id: turns.id })
      .from(turns)
      .where(isRunningAttempt(turnId, attempt))
      .for('no key update')
    if (turn) await eraseTurn(tx, turnId)
    return turn !== undefined || (await hasFinishedAs(tx, { turnId, attempt, status: 'retracted' }))
  })
}

function isRunningAttempt(turnId: string, attempt: number) {
  return and(eq(turns.id, turnId), eq(turns.attempt, attempt), eq(turns.status, 'running'))
}

async function hasFinishedAs(
  db: Database,
  { turnId, attempt, status }: Pick<FinishedTurn, 'turnId' | 'attempt' | 'status'>,
): Promise<boolean> {
  const turn = await getTurn(db, turnId)
  return turn?.attempt === attempt && turn.status === status
}

export interface RetractedTurn {
  readonly turnId: string
  readonly attempt: number
  /** What the asking app needs to take the answer back. */
  readonly deliverTo?: NonNullable<ChatRequest['deliverTo']>
  /** The platform's messages that still show the answer. */
  readonly messageIds: readonly string[]
}

/**
 * Somebody deleted a message: erases its words and its answer. Without a turn yet, it is remembered so that the request is
 * dropped when it comes, and the result is undefined. Repeating it changes nothing and says the same.
 */
export async function retractMessage(
  db: Database,
  author: AuthorKey,
  messageId: string,
): Promise<RetractedTurn | undefined> {
  return await db.transaction(async (tx) => {
    await lockMessage(tx, author, messageId)
    const [turn] = await tx
      .select()
      .from(turns)
      .where(isTurnOfMessage(author, messageId))
      .for('no key update')
    if (turn === undefined) await setMark(tx, author, messageId, { kind: 'deleted' })
    if (turn === undefined) return undefined
    if (turn.status !== 'retracted') await eraseTurn(tx, turn.id)
    const { id: turnId, attempt, deliverTo, deliveredMessageIds: messageIds } = turn
    return { turnId, attempt, messageIds, ...(deliverTo === null ? {} : { deliverTo }) }
  })
}

/** Somebody edited a message. True if the new text will be answered, false if the turn has begun or the message is gone. */
export async function amendMessage(
  db: Database,
  author: AuthorKey,
  messageId: string,
  text: string,
): Promise<boolean> {
  return await db.transaction(async (tx) => {
    await lockMessage(tx, author, messageId)
    const [turn] = await tx.select({ id: turns.id }).from(turns).where(isTurnOfMessage(author, messageId))
    if (turn) return false
    const mark = await findMark(tx, author, messageId)
    if (mark?.kind === 'deleted') return false
    await setMark(tx, author, messageId, { kind: 'amended', text })
    return true
  })
}

/** The newest turns of a conversation, oldest first; of people who want no history, none. */
export async function recentTurns(
  db: Database,
  conversationId: ConversationId,
  range: TurnRange,
): Promise<StoredTurn[]> {
  return await selectTurns(
    db,
    and(eq(turns.conversationId, conversationId), eq(turns.keepsHistory, true)),
    range,
  )
}

export async function getTurn(db: Database, turnId: string): Promise<StoredTurn | undefined> {
  return await findTurn(db, eq(turns.id, turnId))
}
