import type { Msg } from '@nats-io/transport-node'
import type { Logger } from '#core/telemetry/logger.ts'
import { acknowledge, handBack, keepAlive } from './acknowledge.ts'
import type { BusMessage, ConsumeOptions, Delivery } from './bus.ts'
import { toHeldItem } from './delivered-item.ts'
import { FinishedItems } from './finished-items.ts'
import { type HeldItem, HeldItems } from './held-items.ts'
import type { JetStreamBroker } from './jetstream-broker.ts'
import { LaneHeads } from './lane-heads.ts'
import { PullRequests } from './pull-requests.ts'
import type { RetryPolicy } from './retry.ts'
import { countTry } from './try-count.ts'
import { type TryOutcome, tryItem, windDown } from './try-item.ts'
import { aborted } from './within.ts'
import { WorkerTalk } from './worker-talk.ts'

export interface WorkConsumerOptions extends ConsumeOptions {
  readonly broker: JetStreamBroker
  /** How long the broker waits for a sign of life before it gives an item to somebody else. */
  readonly ackWaitMs: number
  readonly retry: RetryPolicy
  readonly logger: Logger
  readonly handle: (delivery: Delivery) => Promise<void>
  readonly putAside: (message: BusMessage, reason: string, id: string) => Promise<void>
  /** Aborts when the bus closes: then no handler has any grace left. */
  readonly closing: AbortSignal
}

/** A lane is stuck when its head was in nobody's hand for so many times the wait for a sign of life. */
const stuckAfterWaits = 1.5
/** How many items of one user a process holds, and of all users per place; the rest stays with the broker. */
const heldPerLane = 4
const heldPerPlace = 8

/** Takes part in the work of the queue until the signal aborts; then hands back what is not done. */
export async function runWorkConsumer(options: WorkConsumerOptions): Promise<void> {
  await new WorkConsumer(options).run()
}

/**
 * One worker of the queue that all processes share. The broker gives each item to somebody; order per subject is kept
 * here: an item begins only when it is the lowest sequence that the queue still holds of its subject, that is, when all
 * earlier ones are acknowledged, whoever had them. Until then it waits in hand for a little while, and is handed back
 * if that takes longer, so that what waits never keeps out what could run.
 */
class WorkConsumer {
  readonly #options: WorkConsumerOptions
  readonly #stop: AbortSignal
  readonly #handlers = new AbortController()
  readonly #held = new HeldItems(heldPerLane)
  /** Ids of what this process handed back to be tried later, and until when they rest. */
  readonly #resting = new Map<string, number>()
  readonly #finished = new FinishedItems()
  readonly #talk: WorkerTalk
  readonly #heads: LaneHeads
  readonly #tasks = new Set<Promise<void>>()
  #ready: HeldItem[] = []
  #running = 0
  #checking = 0
  #pulls: PullRequests | undefined

  constructor(options: WorkConsumerOptions) {
    this.#options = options
    const { broker, signal, closing, ackWaitMs } = options
    this.#stop = AbortSignal.any([signal, closing])
    closing.addEventListener('abort', () => this.#handlers.abort(closing.reason), { once: true })
    this.#talk = new WorkerTalk({
      broker,
      onMoved: (subject, finishedId) => this.#onMoved(subject, finishedId),
      holds: (subject, id) => this.#held.find(subject, id) !== undefined || this.#resting.has(id),
    })
    this.#heads = new LaneHeads({
      broker,
      talk: this.#talk,
      finished: this.#finished,
      stuckAfterMs: stuckAfterWaits * ackWaitMs,
      onTaken: (item) => this.#take(item),
    })
  }

  async run(): Promise<void> {
    const { broker, ackWaitMs, graceMs } = this.#options
    const { link } = broker
    const timer = setInterval(() => this.#tick(), ackWaitMs / 4)
    // The broker's clock ran while it was away: it must hear at once who is still at work.
    const stopListening = link.onReady(() => this.#tick())
    this.#pulls = new PullRequests({
      link,
      demand: () => this.#demand(),
      onItem: (message) => this.#onItem(message),
    })
    await aborted(this.#stop)
    this.#pulls[Symbol.dispose]()
    for (const item of this.#held.all())
      if (item.phase === 'waiting' || item.phase === 'ready') this.#giveUp(item, 0)
    await windDown(this.#tasks, this.#handlers, { graceMs, reason: this.#stop.reason })
    this.#talk[Symbol.dispose]()
    stopListening()
    clearInterval(timer)
    for (const item of this.#held.all()) this.#giveUp(item, 0)
  }

  /** How many more items could begin at once, within what may be held. */
  #demand(): number {
    const { concurrency } = this.#options
    const freePlaces = concurrency - this.#running - this.#ready.length - this.#checking
    return Math.min(freePlaces, heldPerPlace * concurrency - this.#held.size)
  }

  #onItem(message: Msg): void {
    const item = toHeldItem(message, this.#options.broker.link.epoch)
    if (!item) return
    if (this.#finished.has(item.id)) this.#track(this.#acknowledgeAgain(item))
    else this.#take(item)
  }

  /** The broker forgot that it was done. */
  async #acknowledgeAgain(item: HeldItem): Promise<void> {
    await acknowledge(this.#options.broker, item).catch(() => {})
  }

  #take(item: HeldItem): void {
    const displaced = this.#held.place(item)
    if (displaced) handBack(this.#options.broker.link, displaced, this.#options.ackWaitMs / 4)
    this.#checkHead(item.subject)
  }

  /** Somebody is through with an item, so its lane has moved. */
  #onMoved(subject: string, finishedId: string | undefined): void {
    if (finishedId !== undefined) this.#finished.note(finishedId)
    this.#checkHead(subject)
  }

  #checkHead(subject: string): void {
    const item = this.#held.head(subject)
    if (item?.phase !== 'waiting' || item.isChecking || this.#stop.aborted) return
    this.#track(this.#check(item))
  }

  async #check(item: HeldItem): Promise<void> {
    item.isChecking = true
    this.#checking++
    const standing = await this.#heads.standingOf(item)
    item.isChecking = false
    this.#checking--
    if (this.#held.has(item) && !this.#stop.aborted) {
      // Gone from the queue: another worker finished it while it was on its way to this one.
      if (standing === 'gone') this.#release(item)
      if (standing === 'first') {
        item.phase = 'ready'
        this.#ready.push(item)
        this.#fillPlaces()
      }
    }
    this.#pulls?.poke()
  }

  #fillPlaces(): void {
    while (this.#running < this.#options.concurrency) {
      const item = this.#ready.shift()
      if (!item) return
      if (!this.#held.has(item)) continue
      if (this.#isTooOld(item)) this.#release(item)
      else this.#track(this.#run(item))
    }
  }

  /** After a pause of this whole process the broker may already have given it to somebody else. */
  #isTooOld(item: HeldItem): boolean {
    return performance.now() - item.heldSinceMs > 0.8 * this.#options.ackWaitMs
  }

  async #run(item: HeldItem): Promise<void> {
    item.phase = 'running'
    this.#running++
    const outcome = await this.#try(item)
    item.phase = 'settling'
    this.#running--
    this.#fillPlaces()
    this.#pulls?.poke()
    if (outcome === 'done') this.#finished.note(item.id)
    if (outcome === 'done' || outcome === 'put-aside') await this.#acknowledge(item)
    else this.#rest(item, outcome.retryAfterMs)
  }

  async #try(item: HeldItem): Promise<TryOutcome> {
    const { broker, ackWaitMs, putAside, ...options } = this.#options
    try {
      const tries = await countTry(broker, item)
      return await tryItem(item, tries, {
        ...options,
        signal: this.#handlers.signal,
        putAside: (message, reason) => putAside(message, reason, item.id),
      })
    } catch (error) {
      this.#options.logger.warn('bus: an item could not be begun', { error })
      return { retryAfterMs: ackWaitMs / 10 }
    }
  }

  /** Says so until the broker confirms it or no longer knows the item; the lane is not free before. */
  async #acknowledge(item: HeldItem): Promise<void> {
    const { broker } = this.#options
    while (this.#held.has(item)) {
      try {
        await acknowledge(broker, item)
        break
      } catch {
        if (this.#handlers.signal.aborted) break
        await this.#nextChance()
      }
    }
    this.#talk.announceMoved(item.subject, this.#finished.has(item.id) ? item.id : undefined)
    this.#release(item)
  }

  /** A moment later, or when the broker is back. */
  async #nextChance(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { link } = this.#options.broker
    const timer = setTimeout(resolve, 250)
    const stopListening = link.isReady ? () => {} : link.onReady(resolve)
    await promise
    clearTimeout(timer)
    stopListening()
  }

  #rest(item: HeldItem, delayMs: number): void {
    this.#resting.set(item.id, performance.now() + delayMs)
    this.#giveUp(item, delayMs)
  }

  #giveUp(item: HeldItem, delayMs: number): void {
    if (this.#held.has(item)) handBack(this.#options.broker.link, item, delayMs)
    this.#release(item)
  }

  #release(item: HeldItem): void {
    this.#held.remove(item)
    this.#checkHead(item.subject)
    this.#pulls?.poke()
  }

  /** Keeps alive what runs, hands back what has waited too long, asks again about the rest. */
  #tick(): void {
    const { broker, ackWaitMs } = this.#options
    for (const item of this.#held.all()) {
      if (item.phase === 'running' || item.phase === 'settling') keepAlive(broker.link, item)
      else if (performance.now() - item.heldSinceMs > ackWaitMs / 2) this.#giveUp(item, ackWaitMs / 10)
    }
    for (const [id, untilMs] of this.#resting) if (performance.now() > untilMs) this.#resting.delete(id)
    for (const subject of this.#held.subjects()) this.#checkHead(subject)
    this.#pulls?.poke()
  }

  #track(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked))
    this.#tasks.add(tracked)
  }
}
