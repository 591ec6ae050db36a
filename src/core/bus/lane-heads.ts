import type { StoredMsg } from '@nats-io/jetstream'
import { idOf, takenItem } from './delivered-item.ts'
import type { FinishedItems } from './finished-items.ts'
import type { HeldItem } from './held-items.ts'
import type { JetStreamBroker } from './jetstream-broker.ts'
import type { WorkerTalk } from './worker-talk.ts'

export interface LaneHeadsOptions {
  readonly broker: Pick<JetStreamBroker, 'firstWork' | 'deleteWork'> & {
    readonly link: Pick<JetStreamBroker['link'], 'epoch'>
  }
  readonly talk: Pick<WorkerTalk, 'isHeld'>
  readonly finished: FinishedItems
  /** A lane whose head nobody has in hand for longer than this is stuck: the broker would have delivered it by then. */
  readonly stuckAfterMs: number
  /** Takes over the head of a stuck lane. */
  readonly onTaken: (item: HeldItem) => void
}

export type Standing = 'first' | 'behind' | 'gone' | 'unknown'

/**
 * Says whether an item is the first of its lane: the lowest sequence of its subject that the queue still holds.
 *
 * A broker that is killed forgets some of what it had deleted last (seen with nats-server 2.9.10): items that were
 * acknowledged lie in the queue again, are delivered to nobody, and would block their lanes for ever. Those that are
 * known to be finished are deleted again. What is in nobody's hand for too long is taken over and handled once more;
 * the database knows whether that was done before. It may also have given a sequence to two items: ids tell them apart.
 */
export class LaneHeads {
  readonly #options: LaneHeadsOptions
  readonly #blockers = new Map<string, { readonly id: string; readonly sinceMs: number }>()

  constructor(options: LaneHeadsOptions) {
    this.#options = options
  }

  /** Never rejects; `unknown` while the broker does not answer. */
  async standingOf({ subject, sequence, id }: HeldItem): Promise<Standing> {
    try {
      const first = await this.#firstUnfinished(subject)
      if (!first || first.seq > sequence) return 'gone'
      if (first.seq < sequence) return await this.#behind(first)
      this.#blockers.delete(subject)
      return idOf(first.header, first.seq) === id ? 'first' : 'gone'
    } catch {
      return 'unknown'
    }
  }

  async #firstUnfinished(subject: string): Promise<StoredMsg | undefined> {
    const { broker, finished } = this.#options
    let first = await broker.firstWork(subject)
    while (first && finished.has(idOf(first.header, first.seq))) {
      await broker.deleteWork(first.seq)
      const next = await broker.firstWork(subject)
      if (next?.seq === first.seq) throw new Error('the broker does not delete')
      first = next
    }
    return first
  }

  async #behind(first: StoredMsg): Promise<'behind'> {
    const { broker, talk, stuckAfterMs, onTaken } = this.#options
    const { subject } = first
    const id = idOf(first.header, first.seq)
    const known = this.#blockers.get(subject)
    const blocker = known?.id === id ? known : { id, sinceMs: performance.now() }
    this.#blockers.set(subject, blocker)
    if (performance.now() - blocker.sinceMs < stuckAfterMs) return 'behind'
    this.#blockers.delete(subject)
    if (!(await talk.isHeld(subject, id))) onTaken(takenItem(first, broker.link.epoch))
    return 'behind'
  }
}
