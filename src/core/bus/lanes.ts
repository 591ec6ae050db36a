interface Lane {
  readonly keys: number[]
  isTaken: boolean
}

export interface LaneHead {
  readonly subject: string
  readonly key: number
}

/**
 * Work in order per subject: hands out the first of each subject, and the second only when the first is finished.
 * Subjects take turns. Holds keys only; whoever uses it knows what they stand for.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  /** Subjects that are not taken, in the order in which their turn comes. */
  readonly #turns = new Set<string>()

  add(subject: string, key: number): void {
    const lane = this.#lanes.get(subject)
    if (lane) {
      lane.keys.push(key)
      return
    }
    this.#lanes.set(subject, { keys: [key], isTaken: false })
    this.#turns.add(subject)
  }

  /** The next head whose subject nobody has taken; the subject is taken then, until `finish` or `giveBack`. */
  take(): LaneHead | undefined {
    for (const subject of this.#turns) {
      const lane = this.#lanes.get(subject)
      const key = lane?.keys[0]
      this.#turns.delete(subject)
      if (!lane || key === undefined) continue
      lane.isTaken = true
      return { subject, key }
    }
    return undefined
  }

  /** The head is done: the next one of the subject may be taken. */
  finish(subject: string): void {
    const lane = this.#lanes.get(subject)
    lane?.keys.shift()
    this.giveBack(subject)
  }

  /** The head stays; it may be taken again. */
  giveBack(subject: string): void {
    const lane = this.#lanes.get(subject)
    if (!lane) return
    lane.isTaken = false
    if (lane.keys.length === 0) this.#lanes.delete(subject)
    else this.#turns.add(subject)
  }

  depth(subject: string): number {
    return this.#lanes.get(subject)?.keys.length ?? 0
  }
}
