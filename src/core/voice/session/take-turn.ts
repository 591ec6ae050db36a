import type { BackgroundTasks } from '#core/chat/background-tasks.ts'
import type { History } from '#core/chat/history.ts'
import type { Persona } from '#core/chat/persona.ts'
import { type Recall, runTurn, type TurnEvent, type TurnLimits } from '#core/chat/run-turn.ts'
import { outlastOutage } from '#core/chat/store-outage.ts'
import { explainTurn } from '#core/chat/turn-errors.ts'
import { compactLater, prepareTurn } from '#core/chat/turn-setup.ts'
import type { Inference } from '#core/inference/ports.ts'
import { type Author, type ChatRequest, maxRequestChars, type Platform } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { ensureConversation } from '#core/store/conversations.ts'
import type { Database } from '#core/store/database.ts'
import { markDelivered } from '#core/store/deliveries.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { acceptTurn, finishTurn } from '#core/store/turns.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import type { HeardTurn, TakeTurn, VoiceRequest } from './session-ports.ts'
import { forSpeaking } from './spoken-style.ts'

export interface TurnTakerOptions {
  readonly platform: Platform
  readonly store: { readonly db: Database }
  readonly inference: Pick<Inference, 'chatModel'>
  /** Who answers where nobody changed it. */
  readonly persona: Persona
  /** Where conversations that outgrew their budget are summarised. */
  readonly tasks: BackgroundTasks
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly historyTokens?: number
  readonly limits?: Partial<TurnLimits>
  readonly recall?: Recall
  /** Whether what people say to each other in the room becomes part of the conversation; by default it does not. */
  readonly keepsOverheard?: boolean
}

/** What a session needs to answer from the same persona, history and store as text does. One per session. */
export interface TurnTaker {
  readonly takeTurn: TakeTurn
  readonly onHeard: (turn: HeardTurn) => Promise<void>
}

/**
 * Voice turns run in the process that holds the audio, not through the queue. Guesses read and store nothing of what
 * was said; a turn is recorded when it was heard, with exactly what was heard.
 */
export function createTurnTaker(options: TurnTakerOptions): TurnTaker {
  const { store, logger, signal } = options
  const worker = { ...options, historyTokens: options.historyTokens ?? 3_000 }
  /** A turn's history holds every turn before it, so it waits until they are recorded. */
  let recorded: Promise<void> = Promise.resolve()
  let newestHistory: History | undefined

  async function prepare(request: VoiceRequest) {
    await recorded
    const author = authorOf(request)
    const [{ personId, displayName }, { id: conversationId }] = await Promise.all([
      ensureAuthor(store.db, author),
      ensureConversation(store.db, author.platform, request.place),
    ])
    const asked = { ...chatRequestOf(request), author: { ...author, displayName } }
    const deps = await prepareTurn(worker, asked, { conversationId, personId })
    newestHistory = deps.fullHistory
    return { asked, deps: { ...deps, persona: forSpeaking(deps.persona) } }
  }

  async function* takeTurn(request: VoiceRequest, turnSignal: AbortSignal): AsyncGenerator<TurnEvent, void> {
    let prepared: Awaited<ReturnType<typeof prepare>>
    try {
      prepared = await inSpan('voice.history', {}, () => prepare(request))
    } catch (fault) {
      logger.error('a voice turn could not be prepared', { error: fault })
      yield failed(fault)
      return
    }
    yield* runTurn(prepared.asked, prepared.deps, turnSignal)
  }

  async function record(turn: HeardTurn): Promise<void> {
    const request = chatRequestOf(turn.request)
    const outage = { signal, logger }
    const accepted = await outlastOutage(() => acceptTurn(store.db, request), outage)
    if (accepted.kind !== 'run') return
    const { turnId } = request
    const { attempt } = accepted
    const finished = {
      turnId,
      attempt,
      status: statuses[turn.status],
      text: turn.heardText,
      notice: turn.notice,
    }
    await outlastOutage(() => finishTurn(store.db, finished), outage)
    // It was heard: of people without history, the words go now.
    await outlastOutage(() => markDelivered(store.db, turnId, { messageIds: [] }), outage)
    if (newestHistory) compactLater(worker, accepted, newestHistory)
  }

  function chatRequestOf(request: VoiceRequest): ChatRequest {
    const { turnId, place, text, locale, at } = request
    return {
      v: protocolVersion,
      type: 'chat.request',
      id: turnId,
      correlationId: turnId,
      messageId: `voice-${turnId}`,
      turnId,
      at,
      author: authorOf(request),
      place,
      text: text.slice(0, maxRequestChars),
      ...(locale === undefined ? {} : { locale }),
    }
  }

  function authorOf({ person }: VoiceRequest): Author {
    const { id: platformUserId, displayName } = person
    return { platform: options.platform, platformUserId, displayName: displayName.slice(0, 200) }
  }

  return {
    takeTurn,
    async onHeard(turn) {
      if (turn.status === 'quiet' && !options.keepsOverheard) return
      const recording = recorded.then(() => record(turn))
      // What could not be recorded is lost to the history, and must not end the talk.
      recorded = recording.catch(() => undefined)
      await recording
    },
  }
}

const statuses = { played: 'complete', cut: 'stopped', failed: 'failed', quiet: 'complete' } as const

function failed(fault: unknown): TurnEvent {
  const notice = explainTurn(fault)
  return { type: 'end', status: 'failed', text: '', notice, fault, usage: {}, timings: { totalMs: 0 } }
}
