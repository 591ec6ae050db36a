import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import { LaneFullError } from '#core/bus/errors.ts'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { type Author, maxRequestChars } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { listTurnsForPlace } from '#core/store/conversations.ts'
import { words } from '../words.ts'
import type { ChatDeps } from './chat-deps.ts'
import { placeOf } from './place.ts'

export interface Saying {
  readonly conversation: string
  readonly key: string
  readonly text: string
  readonly replaces?: string | undefined
  readonly locale?: string | undefined
}

/** Accepted as a turn, or refused with a sentence for the person. */
export type Said =
  | { readonly type: 'accepted'; readonly turn: string }
  | { readonly type: 'refused'; readonly notice: string }

const acceptTimeoutMs = 10_000

/** Hands a message to the queue. The same key is the same turn, however often and from wherever it is said. */
export async function say(deps: ChatDeps, author: Author, saying: Saying): Promise<Said> {
  const text = saying.text.trim()
  if (text === '') return refused(words.empty)
  if (text.length > maxRequestChars) return refused(words.tooLong(maxRequestChars))
  const turn = turnIdOf(author, saying.key)
  const place = placeOf(author, saying.conversation)
  try {
    if (saying.replaces !== undefined && !(await isLast(deps, author, place.id, saying.replaces, turn))) {
      return refused(words.replacesUnknown)
    }
    const { key: messageId, replaces, locale } = saying
    const request = {
      ...envelope('chat.request', turn, turn),
      turnId: turn,
      author,
      place,
      messageId,
      text,
      ...(replaces === undefined ? {} : { replaces }),
      ...(locale === undefined ? {} : { locale }),
    }
    await enqueueChat(deps.bus, request, { signal: AbortSignal.timeout(acceptTimeoutMs) })
    if (replaces !== undefined) stop(deps, author, replaces)
    tellOthers(deps, author, { turn, placeId: place.id, said: text, replaces })
    return { type: 'accepted', turn }
  } catch (error) {
    if (error instanceof LaneFullError) return refused(words.tooManyUnanswered)
    deps.logger.error('a message was not accepted', { turnId: turn, error })
    return refused(words.notAccepted)
  }
}

/** Ends an answer that is being written; what is there stays. */
export function stop({ bus }: Pick<ChatDeps, 'bus'>, author: Author, turn: string): void {
  cancelChat(bus, userKey(author), {
    ...envelope('chat.cancel', `cancel-${turn}-${Date.now()}`, turn),
    turnId: turn,
    reason: 'stop',
  })
}

function envelope<Type extends string>(type: Type, id: string, correlationId: string) {
  return { v: protocolVersion, id, at: Date.now(), correlationId, type } as const
}

/** Only the newest turn may be replaced, or the conversation after it would answer something else. */
async function isLast(
  { db, recent }: ChatDeps,
  author: Author,
  placeId: string,
  replaces: string,
  turn: string,
): Promise<boolean> {
  const sent = recent.of(placeId).at(-1)
  if (sent !== undefined) return sent.turn === replaces || sent.turn === turn
  const [last] = await listTurnsForPlace(db, author.platform, placeId, { limit: 1 })
  return last?.turnId === replaces || last?.turnId === turn
}

function tellOthers(
  { recent, feeds }: ChatDeps,
  author: Author,
  {
    turn,
    placeId,
    said,
    replaces,
  }: { turn: string; placeId: string; said: string; replaces: string | undefined },
): void {
  recent.add({ turn, placeId, said, replaces })
  const frame = { type: 'said', turn, said, ...(replaces === undefined ? {} : { replaces }) } as const
  feeds.find(author)?.tellSaid(placeId, frame)
}

function refused(notice: string): Said {
  return { type: 'refused', notice }
}
