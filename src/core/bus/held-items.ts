/**
 * Where an item of the queue stands in this process: `waiting` until the broker says that it is the first of its lane,
 * `ready` until a place is free, `running` while it is handled, `settling` until the broker has confirmed its end.
 */
export type HeldPhase = 'waiting' | 'ready' | 'running' | 'settling'

export interface HeldItem {
  readonly subject: string
  readonly sequence: number
  /** The `Nats-Msg-Id` under which it was enqueued. A broker that crashed may use a sequence twice, an id never. */
  readonly id: string
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly deliveryCount: number
  /** Where acknowledgements go; a redelivery to this process brings a new one. Undefined: taken without a delivery. */
  reply: string | undefined
  /** The epoch of the link in which it was delivered. */
  epoch: number
  /** On the monotonic clock; renewed by redelivery. */
  heldSinceMs: number
  phase: HeldPhase
  isChecking: boolean
}

/** What this process has received and not finished, in order of sequence per subject. */
export class HeldItems {
  readonly #lanes = new Map<string, HeldItem[]>()
  readonly #perLane: number
  #size = 0

  constructor(perLane: number) {
    this.#perLane = perLane
  }

  get size(): number {
    return this.#size
  }

  /**
   * Takes an item in. A redelivery renews the one that is held. When the lane holds too many, the last one comes back
   * and is to be handed back: one user's flood must not fill the process.
   */
  place(item: HeldItem): HeldItem | undefined {
    const lane = this.#lanes.get(item.subject) ?? []
    this.#lanes.set(item.subject, lane)
    const held = this.find(item.subject, item.id)
    if (held?.sequence === item.sequence) {
      held.reply = item.reply ?? held.reply
      held.epoch = item.epoch
      held.heldSinceMs = item.heldSinceMs
      return undefined
    }
    const position = lane.findIndex(({ sequence }) => sequence > item.sequence)
    lane.splice(position === -1 ? lane.length : position, 0, item)
    this.#size++
    const last = lane.at(-1)
    if (lane.length <= this.#perLane || last?.phase !== 'waiting') return undefined
    this.remove(last)
    return last
  }

  find(subject: string, id: string): HeldItem | undefined {
    return this.#lanes.get(subject)?.find((item) => item.id === id)
  }

  head(subject: string): HeldItem | undefined {
    return this.#lanes.get(subject)?.[0]
  }

  has(item: HeldItem): boolean {
    return this.#lanes.get(item.subject)?.includes(item) ?? false
  }

  remove(item: HeldItem): void {
    const lane = this.#lanes.get(item.subject)
    const position = lane?.indexOf(item) ?? -1
    if (!lane || position === -1) return
    lane.splice(position, 1)
    this.#size--
    if (lane.length === 0) this.#lanes.delete(item.subject)
  }

  subjects(): string[] {
    return [...this.#lanes.keys()]
  }

  all(): HeldItem[] {
    return [...this.#lanes.values()].flat()
  }
}
