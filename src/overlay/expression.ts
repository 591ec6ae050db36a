/** Weights go to their goal within this time. */
const fadeMs = 250
/** A face that nobody takes back fades by itself. */
const staysMs = 9_000

/** Which face the companion makes, and how much of each: cross-faded, and back to neutral after a while. */
export class Expression {
  /** Weight by name; names stay in the map at 0, so that an avatar can be told. */
  readonly weights = new Map<string, number>()
  #name = 'neutral'
  #setAt = 0

  get name(): string {
    return this.#name
  }

  set(name: string, now: number): void {
    this.#name = name
    this.#setAt = now
    if (name !== 'neutral' && !this.weights.has(name)) this.weights.set(name, 0)
  }

  /** `isTalking`: the face of an answer lasts as long as the answer. */
  move(now: number, dtMs: number, isTalking: boolean): void {
    if (isTalking) this.#setAt = Math.max(this.#setAt, now - staysMs / 2)
    else if (now - this.#setAt > staysMs) this.#name = 'neutral'
    for (const [name, weight] of this.weights) {
      const goal = name === this.#name ? 1 : 0
      const step = Math.sign(goal - weight) * Math.min(Math.abs(goal - weight), dtMs / fadeMs)
      if (step !== 0) this.weights.set(name, weight + step)
    }
  }
}

/** Slow at both ends; fades look soft with it. */
export function eased(weight: number): number {
  return weight * weight * (3 - 2 * weight)
}
