import type { DaveBehaviour } from './dave-behaviour.ts'

/** Changes of keys that count once the bot has called itself ready (ops 21, 23 and 22). */
export class Transitions {
  readonly #behaviour: DaveBehaviour
  readonly #pending = new Map<number, () => void>()

  constructor(behaviour: DaveBehaviour) {
    this.#behaviour = behaviour
  }

  /** A new one. Transition 0 counts at once. */
  begin(then: () => void = () => {}): number {
    const id = this.#behaviour.nextTransitionId
    this.#behaviour.nextTransitionId = id === 0xffff ? 1 : id + 1
    if (id === 0) then()
    else this.#pending.set(id, then)
    return id
  }

  /** Returns whether it shall be executed now. */
  isReady(id: number): boolean {
    const then = this.#pending.get(id)
    if (then === undefined || !this.#behaviour.executesTransitions) return false
    this.#pending.delete(id)
    then()
    return true
  }

  clear(): void {
    this.#pending.clear()
  }
}
