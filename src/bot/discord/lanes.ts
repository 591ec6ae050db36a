/** Thrown when a lane already holds as much as it may. */
export class LaneOverflowError extends Error {
  override readonly name = 'LaneOverflowError'
}

/** Longer queues only grow when the database or the bus hangs; then newcomers are refused instead of piled up. */
const maxWaiting = 50

/** Runs work of one key strictly in the order it came, work of different keys at the same time. */
export class Lanes {
  readonly #lanes = new Map<string, { tail: Promise<void>; waiting: number }>()

  /** @throws LaneOverflowError */
  async run(key: string, work: () => Promise<void>): Promise<void> {
    const lane = this.#lanes.get(key) ?? { tail: Promise.resolve(), waiting: 0 }
    if (lane.waiting >= maxWaiting) throw new LaneOverflowError(`lane ${key} is full`)
    this.#lanes.set(key, lane)
    lane.waiting++
    const turn = lane.tail.then(work)
    lane.tail = turn.catch(() => undefined)
    try {
      await turn
    } finally {
      lane.waiting--
      if (lane.waiting === 0) this.#lanes.delete(key)
    }
  }
}
