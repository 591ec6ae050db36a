import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#core/store/database.ts'
import { markDelivered, type UndeliveredTurn, undeliveredTurns } from '#core/store/deliveries.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { RecentMap } from '../recent-map.ts'
import { createdAtOf } from '../snowflake.ts'
import { Address } from './address.ts'
import type { Replies } from './replies.ts'

export interface SweepOptions {
  readonly db: Database
  readonly replies: Replies
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly intervalMs?: number
  /** Younger ends are probably being shown right now, by this process or another. */
  readonly minAgeMs?: number
}

/** Looked at and begun in one round: what waits for its next try must not hide what is new. */
const maxSeen = 500
const maxBegun = 50
/** An answer that could not be shown is tried again after this, then after twice as long, and so on. */
const firstRetryMs = 5_000
const maxRetryMs = 10 * 60_000
/** Nobody reads the conversation any more. */
const staleAfterMs = 24 * 3_600_000

/**
 * Delivers what is finished and not shown: answers whose bot process died, whose last event was lost, or which Discord did
 * not take at the time; and takes back answers to deleted questions. Runs until the signal aborts.
 */
export async function sweepDeliveries(options: SweepOptions): Promise<void> {
  const { signal, logger, intervalMs = 3_000 } = options
  const retries = new Retries()
  let isFailing = false
  while (!signal.aborted) {
    try {
      await sweepOnce(options, retries)
      isFailing = false
    } catch (error) {
      if (!isFailing)
        logger.warn('undelivered answers could not be looked up; trying until it works', { error })
      isFailing = true
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined)
  }
}

async function sweepOnce({ db, replies, minAgeMs = 4_000 }: SweepOptions, retries: Retries): Promise<void> {
  const finishedBeforeMs = Date.now() - minAgeMs
  const turns = await undeliveredTurns(db, 'discord', { finishedBeforeMs, limit: maxSeen })
  const due = turns.filter(({ turnId }) => replies.isLive(turnId) || retries.isDue(turnId))
  for (const turn of due.slice(0, maxBegun)) {
    const address = Address.safeParse(turn.deliverTo)
    if (address.success && !isStale(turn, address.data)) deliver(replies, turn, address.data)
    else await markDelivered(db, turn.turnId, { messageIds: [] })
  }
}

function deliver(replies: Replies, turn: UndeliveredTurn, address: Address): void {
  const { turnId, author, messageId, status, text, notice, messageIds } = turn
  const end = { status, text, ...(notice === undefined ? {} : { notice }) }
  const known = messageIds.length > 0 ? { known: messageIds } : {}
  replies.begin({ turnId, author, messageId, address }, { isRecalled: true, end, ...known })
}

function isStale({ status }: UndeliveredTurn, address: Address): boolean {
  const askedAt = createdAtOf(address.kind === 'message' ? address.messageId : address.interactionId)
  return status !== 'retracted' && Date.now() - askedAt > staleAfterMs
}

class Retries {
  readonly #attempts = new RecentMap<string, { dueAt: number; waitMs: number }>(5_000)

  /** Whether to try now; each time it says yes, the next time is put off further. */
  isDue(turnId: string): boolean {
    const now = performance.now()
    const earlier = this.#attempts.get(turnId)
    if (earlier && now < earlier.dueAt) return false
    const waitMs = earlier ? Math.min(earlier.waitMs * 2, maxRetryMs) : firstRetryMs
    this.#attempts.set(turnId, { dueAt: now + waitMs, waitMs })
    return true
  }
}
