import { lastReply } from '#core/bus/chat-bus.ts'
import type { Author, Place } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { listTurnsForPlace } from '#core/store/conversations.ts'
import type { StoredTurn } from '#core/store/stored-turn.ts'
import { getTurn } from '#core/store/turns.ts'
import type { ChatDeps } from './chat-deps.ts'
import type { ReplyView, TurnView } from './socket-protocol.ts'
import type { UserFeed } from './user-feed.ts'

/** How much of a conversation a page shows. */
const shownTurns = 50
const recordTimeoutMs = 1_000

/** What a page of this conversation shows. Reads the database first and says what is true when it resolves. */
export async function loadTurns(
  deps: ChatDeps,
  owner: Author,
  place: Place,
  feed: UserFeed,
): Promise<TurnView[]> {
  const stored = await listTurnsForPlace(deps.db, owner.platform, place.id, { limit: shownTurns })
  const unheard = stored.filter(
    ({ status, turnId }) => status === 'running' && feed.live.view(turnId) === undefined,
  )
  for (const { turnId } of unheard) await hearRecord(deps, owner, turnId, feed)
  feed.flush()
  return viewTurns(deps, stored, place, feed)
}

/** Synchronous, so that nothing happens between what it says and the first frame after it. */
function viewTurns(
  { feeds, recent }: ChatDeps,
  stored: readonly StoredTurn[],
  place: Place,
  { live }: UserFeed,
): TurnView[] {
  for (const { turnId } of stored) recent.remove(turnId)
  const sent = recent.of(place.id)
  const replaced = new Set(sent.map(({ replaces }) => replaces))
  const views = stored
    .filter(({ turnId }) => !replaced.has(turnId))
    .map((turn) => ({ id: turn.turnId, said: turn.text, reply: live.view(turn.turnId) ?? storedReply(turn) }))
  const waiting = sent.map(({ turn, said }) => ({
    id: turn,
    said,
    reply: live.view(turn) ?? ({ status: 'waiting' } as const),
  }))
  return [...views, ...waiting].filter(isShown)

  function storedReply({ turnId, status, reply: text, notice }: StoredTurn): ReplyView {
    if (status === 'running' || status === 'retracted') return { status: 'running', text: '' }
    return feeds.replies.of({ turnId, status, text, notice })
  }
}

function isShown(view: { id: string; said: string; reply: ReplyView | 'gone' }): view is TurnView {
  return view.reply !== 'gone'
}

/**
 * Looks for what became of turns that have been silent for long: the broker may have been away when their end was told.
 */
export async function catchUp(
  deps: ChatDeps,
  owner: Author,
  turnIds: Iterable<string>,
  feed: UserFeed,
): Promise<void> {
  for (const turnId of turnIds) {
    const stored = await getTurn(deps.db, turnId)
    if (stored?.replacedBy !== undefined) deps.recent.remove(turnId)
    if (stored !== undefined) await tellStored(deps, owner, stored, feed)
  }
}

async function tellStored(deps: ChatDeps, owner: Author, stored: StoredTurn, feed: UserFeed): Promise<void> {
  const { turnId, status, attempt, reply: text, notice, replacedBy } = stored
  if (replacedBy !== undefined) feed.tell([{ type: 'gone', turn: turnId }])
  else if (status === 'running') await hearRecord(deps, owner, turnId, feed)
  else
    feed.tell(
      feed.live.takeEnd({ turnId, attempt, status, text, ...(notice === undefined ? {} : { notice }) }),
    )
}

/** Without the record, a page shows the text from the next checkpoint on, about a second later. */
async function hearRecord(
  { bus, logger }: ChatDeps,
  owner: Author,
  turnId: string,
  feed: UserFeed,
): Promise<void> {
  try {
    const signal = AbortSignal.timeout(recordTimeoutMs)
    const event = await lastReply(bus, userKey(owner), turnId, { signal })
    if (event) feed.tell(feed.live.takeRecord(event))
  } catch (error) {
    logger.debug('the record of a running answer could not be read', { turnId, error })
  }
}
