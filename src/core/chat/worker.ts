import type { Bus, Delivery } from '#core/bus/bus.ts'
import { consumeChat, onCancel } from '#core/bus/chat-bus.ts'
import { DeadLetterError } from '#core/bus/errors.ts'
import type { Inference } from '#core/inference/ports.ts'
import type { ChatAmendment, ChatRetraction, ChatWork } from '#core/protocol/chat.ts'
import type { Database } from '#core/store/database.ts'
import { amendMessage } from '#core/store/turns.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { answerRequest, retract, tellFailure } from './answer-request.ts'
import { BackgroundTasks } from './background-tasks.ts'
import { keepHouse } from './housekeeping.ts'
import type { Persona } from './persona.ts'
import type { Recall, TurnLimits } from './run-turn.ts'
import { RunningTurns } from './running-turns.ts'
import { outlastOutage } from './store-outage.ts'

export interface ChatWorkerOptions {
  readonly bus: Bus
  readonly store: { readonly db: Database }
  readonly inference: Pick<Inference, 'chatModel'>
  /** Who answers where nobody changed it. */
  readonly persona: Persona
  readonly logger: Logger
  /** Aborting stops taking work; running turns may finish for `graceMs`, then they are handed back. */
  readonly signal: AbortSignal
  readonly concurrency?: number
  readonly graceMs?: number
  readonly limits?: Partial<TurnLimits>
  /** How much of a conversation a prompt may hold. */
  readonly historyTokens?: number
  readonly recall?: Recall
}

/** What the parts of a worker share. */
export interface ChatWorker extends ChatWorkerOptions {
  readonly historyTokens: number
  readonly running: RunningTurns
  readonly tasks: BackgroundTasks
}

/** Takes work from the chat queue and answers it, until the signal aborts and what was running is over or handed back. */
export async function runChatWorker(options: ChatWorkerOptions): Promise<void> {
  const { bus, logger, signal, concurrency = 200, graceMs = 20_000, historyTokens = 3_000 } = options
  await using tasks = new BackgroundTasks({ logger, concurrency: 2, maxWaiting: 100, timeoutMs: 60_000 })
  const running = new RunningTurns()
  const worker: ChatWorker = { ...options, historyTokens, running, tasks }

  const over = new AbortController()
  const housekeeping = keepHouse(options.store.db, { signal: over.signal, logger })
  const cancels = onCancel(bus, (user, cancel) => running.cancel(user, cancel), { signal: over.signal })
  try {
    const handle = (work: ChatWork, delivery: Delivery) => handleWork(worker, work, delivery)
    await consumeChat(bus, handle, { signal, concurrency, graceMs, logger })
  } finally {
    over.abort()
    await Promise.all([cancels, housekeeping])
  }
}

/** A turn that failed so often for a reason of our own is put aside; outages of the database do not count. */
const maxTries = 5

async function handleWork(worker: ChatWorker, work: ChatWork, delivery: Delivery): Promise<void> {
  try {
    if (work.type === 'chat.request') await answerRequest(worker, work, delivery)
    else if (work.type === 'chat.retract') await handleRetraction(worker, work, delivery)
    else await handleAmendment(worker, work, delivery)
  } catch (error) {
    if (delivery.signal.aborted || delivery.deliveryCount < maxTries) throw error
    if (work.type === 'chat.request') await tellFailure(worker, work, delivery.deliveryCount, delivery.signal)
    throw new DeadLetterError('it failed at every try', { cause: error })
  }
}

async function handleRetraction(
  worker: ChatWorker,
  retraction: ChatRetraction,
  { signal }: Delivery,
): Promise<void> {
  await retract(worker, retraction, signal)
}

/** An edit counts for a turn that has not begun; the store keeps it until then. */
async function handleAmendment(
  { store, logger }: ChatWorker,
  { author, messageId, text }: ChatAmendment,
  { signal }: Delivery,
): Promise<void> {
  await outlastOutage(() => amendMessage(store.db, author, messageId, text), { signal, logger })
}
