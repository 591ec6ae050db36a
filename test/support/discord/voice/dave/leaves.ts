/** Where members sit in the tree. People know their own leaf; the bot's follows from the rule that fills the tree. */
export class Leaves {
  readonly #leaves = new Map<string, number>()

  of(userId: string): number {
    const leaf = this.#leaves.get(userId)
    if (leaf === undefined) throw new RangeError(`${userId} is not in the tree`)
    return leaf
  }

  set(userId: string, leaf: number): void {
    this.#leaves.set(userId, leaf)
  }

  /** Adding takes the leftmost free leaf (RFC 9420, section 7.7); call it when all others have theirs. */
  setLeftmostFree(userId: string): void {
    this.#leaves.delete(userId)
    const taken = new Set(this.#leaves.values())
    let leaf = 0
    while (taken.has(leaf)) leaf += 1
    this.#leaves.set(userId, leaf)
  }

  delete(userId: string): void {
    this.#leaves.delete(userId)
  }

  clear(): void {
    this.#leaves.clear()
  }
}
