import { setTimeout as delay } from 'node:timers/promises'
import { SpanKind } from '@opentelemetry/api'
import type { Delivery } from '#core/bus/bus.ts'
import type { Author, ChatRequest, ChatRetraction } from '#core/protocol/chat.ts'
import { type AcceptedTurn, acceptTurn, finishTurn, getTurn, retractMessage } from '#core/store/turns.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import { openOutlet } from './reply-outlet.ts'
import { ReplyStream, repeatedEnd } from './reply-stream.ts'
import { runTurn, type TurnDeps, type TurnEnd } from './run-turn.ts'
import type { RunningTurn } from './running-turns.ts'
import { outlastOutage } from './store-outage.ts'
import { explainTurn } from './turn-errors.ts'
import { compactLater, prepareTurn } from './turn-setup.ts'
import type { ChatWorker } from './worker.ts'

/**
 * Sees to it that a request is answered once: accept, run, commit, then tell the end. When it resolves, the queue may
 * forget the request.
 */
export async function answerRequest(
  worker: ChatWorker,
  request: ChatRequest,
  delivery: Delivery,
): Promise<void> {
  const { author, place, turnId } = request
  const attributes = { 'chat.platform': author.platform, 'chat.place.kind': place.kind }
  const span = { parentHeaders: delivery.headers, kind: SpanKind.CONSUMER, attributes }
  await inSpan('chat.turn', span, async () => {
    using turn = await worker.running.begin(request)
    delivery.signal.throwIfAborted()
    const logger = worker.logger.child({ turnId, platform: author.platform })
    if (turn.stopped === 'deleted') return await retract(worker, request, delivery.signal)

    const outage = { signal: delivery.signal, logger }
    const accepted = await outlastOutage(() => acceptTurn(worker.store.db, request), outage)
    if (accepted.kind === 'run') await runAttempt({ worker, request, accepted, delivery, turn, logger })
    if (accepted.kind === 'finished' && !accepted.isDelivered)
      await repeatEnd(worker, request, accepted, delivery.signal)
  })
}

interface Attempt {
  readonly worker: ChatWorker
  readonly request: ChatRequest
  readonly accepted: Extract<AcceptedTurn, { kind: 'run' }>
  readonly delivery: Delivery
  readonly turn: RunningTurn
  readonly logger: Logger
}

async function runAttempt(attempt: Attempt): Promise<void> {
  const { worker, request, accepted, delivery, turn, logger } = attempt
  const outage = { signal: delivery.signal, logger }
  const { turnId, correlationId } = request
  const numbering = { turnId, correlationId, attempt: accepted.attempt }
  using reply = new ReplyStream(numbering, openOutlet({ ...outage, bus: worker.bus }, request.author))
  reply.start()

  const prepare = () => outlastOutage(() => prepareTurn(worker, request, accepted), outage)
  const deps = await inSpan('chat.history', {}, prepare)
  const end = await streamAnswer(attempt, deps, reply)
  // Only a hand-back stops a turn that nobody cancelled: whoever gets it next begins it anew.
  if (end.status === 'stopped' && turn.stopped === undefined) delivery.signal.throwIfAborted()
  if (turn.stopped === 'deleted') return await retract(worker, request, delivery.signal)

  const { status, text, notice } = end
  const usage = { ...end.usage, ...inWholeMs(end.timings) }
  const finished = { turnId, attempt: accepted.attempt, status, text, notice, usage }
  const isStored = await outlastOutage(() => finishTurn(worker.store.db, finished), outage)
  if (!isStored) return await awaitOtherEnd(attempt)
  await reply.end(end)
  logEnd(logger, end, accepted.attempt)
  compactLater(worker, accepted, deps.fullHistory)
}

async function streamAnswer(
  { request, accepted, delivery, turn }: Attempt,
  deps: TurnDeps,
  reply: ReplyStream,
): Promise<TurnEnd> {
  const { displayName, text } = accepted
  const asAccepted = { ...request, text, author: { ...request.author, displayName } }
  for await (const event of runTurn(asAccepted, deps, AbortSignal.any([turn.signal, delivery.signal]))) {
    if (event.type === 'text') reply.text(event.text)
    else if (event.type === 'expression') reply.expression(event.name)
    else return event
  }
  throw new Error('a turn ended without saying so')
}

/** Makes a deletion final: nothing of the message or its answer stays, and readers are told to take back what they show. */
export async function retract(
  worker: ChatWorker,
  { author, messageId, correlationId }: Pick<ChatRetraction, 'author' | 'messageId' | 'correlationId'>,
  signal: AbortSignal,
): Promise<void> {
  const { store, logger } = worker
  const retracted = await outlastOutage(() => retractMessage(store.db, author, messageId), { signal, logger })
  if (!retracted) return
  const { turnId, attempt } = retracted
  const end = repeatedEnd({ turnId, correlationId, attempt }, { status: 'retracted', text: '' })
  await tellEnd(worker, author, end, signal)
}

/** The turn was finished before, but perhaps its end was not told: its worker may have died in between. */
async function repeatEnd(
  worker: ChatWorker,
  { author, turnId, correlationId }: ChatRequest,
  { attempt, end }: Extract<AcceptedTurn, { kind: 'finished' }>,
  signal: AbortSignal,
): Promise<void> {
  await tellEnd(worker, author, repeatedEnd({ turnId, correlationId, attempt }, end), signal)
}

/** The request is put aside: nobody should wait for its answer. Tries are never fewer than attempts. */
export async function tellFailure(
  worker: ChatWorker,
  { author, turnId, correlationId }: ChatRequest,
  tries: number,
  signal: AbortSignal,
): Promise<void> {
  const outcome = { status: 'failed', text: '', notice: explainTurn(undefined) } as const
  await tellEnd(worker, author, repeatedEnd({ turnId, correlationId, attempt: tries }, outcome), signal)
}

const otherEndPollMs = 500

/**
 * Another attempt or a retraction was first. Our delivery is still the queue's only promise that this turn is finished,
 * so it is held until the turn is over, whoever does it.
 */
async function awaitOtherEnd({ worker, request, accepted, delivery, logger }: Attempt): Promise<void> {
  const { author, turnId, correlationId } = request
  const { signal } = delivery
  for (;;) {
    const turn = await outlastOutage(() => getTurn(worker.store.db, turnId), { signal, logger })
    if (turn === undefined) return
    if (turn.status !== 'running') {
      const attempt = Math.max(turn.attempt, accepted.attempt)
      const outcome = { status: turn.status, text: turn.reply, notice: turn.notice }
      return await tellEnd(worker, author, repeatedEnd({ turnId, correlationId, attempt }, outcome), signal)
    }
    await delay(otherEndPollMs, undefined, { signal })
  }
}

async function tellEnd(
  { bus, logger }: ChatWorker,
  author: Author,
  end: ReturnType<typeof repeatedEnd>,
  signal: AbortSignal,
): Promise<void> {
  const outlet = openOutlet({ bus, logger, signal }, author)
  outlet.publish(end)
  await outlet.keepEnd(end)
}

function inWholeMs(timings: TurnEnd['timings']): TurnEnd['timings'] {
  const { totalMs, ...parts } = timings
  const whole = Object.entries(parts).map(([name, ms]) => [name, Math.round(ms)])
  return { ...Object.fromEntries(whole), totalMs: Math.round(totalMs) }
}

function logEnd(logger: Logger, { status, usage, timings, fault }: TurnEnd, attempt: number): void {
  const facts = { status, attempt, ...timings, ...usage }
  if (status === 'failed') logger.warn('a turn failed', { ...facts, error: fault })
  else logger.info('a turn is over', facts)
}
