import { type SeededRandom, seededRandom } from '#test/faults/seeded-random.ts'
import { preciseNow } from './now.ts'

/** What a bad line does to packets. Shares are from 0 to 1. */
export interface Impairment {
  /** The same seed loses the same packets. */
  readonly seed: number
  readonly lossShare?: number
  readonly duplicateShare?: number
  /** Packets that are held back until `reorderedBy` others have passed. */
  readonly reorderShare?: number
  readonly reorderedBy?: number
  /** Every packet is late by this much, and by up to `jitterMs` more. */
  readonly delayMs?: number
  readonly jitterMs?: number
}

/** Told when it passes, in milliseconds of the Unix epoch. */
type Send = (at: number) => void

/** Packets on their way at once; more are lost, as in any network. */
const maxInFlight = 2_000

/** One direction of the line between the bot and the voice server. Undisturbed until told otherwise. */
export class Line implements Disposable {
  lost = 0
  #impairment: Impairment | undefined
  #random: SeededRandom = seededRandom(0)
  readonly #late = new Set<NodeJS.Timeout>()
  #heldBack: { send: Send; passed: number }[] = []

  set impairment(impairment: Impairment | undefined) {
    this.#impairment = impairment
    this.#random = seededRandom(impairment?.seed ?? 0)
  }

  /** Calls `send` never, once, twice, now or later. */
  pass(send: Send, at = preciseNow()): void {
    const { lossShare = 0, duplicateShare = 0, reorderShare = 0, reorderedBy = 2 } = this.#impairment ?? {}
    // All are drawn for each packet, so that one share does not move the others' choices.
    const [loss, duplicate, reorder] = [this.#random.next(), this.#random.next(), this.#random.next()]
    if (loss < lossShare) this.lost += 1
    else if (reorder < reorderShare) this.#heldBack.push({ send, passed: reorderedBy })
    else this.#deliver(send, at, duplicate < duplicateShare ? 2 : 1)
  }

  [Symbol.dispose](): void {
    for (const timer of this.#late) clearTimeout(timer)
    this.#late.clear()
    this.#heldBack = []
  }

  #deliver(send: Send, at: number, times: number): void {
    for (let n = 0; n < times; n += 1) this.#sendLate(send, at)
    for (const held of this.#heldBack) held.passed -= 1
    const due = this.#heldBack.filter(({ passed }) => passed <= 0)
    this.#heldBack = this.#heldBack.filter(({ passed }) => passed > 0)
    for (const held of due) this.#sendLate(held.send, preciseNow())
  }

  #sendLate(send: Send, at: number): void {
    const { delayMs = 0, jitterMs = 0 } = this.#impairment ?? {}
    const lateMs = delayMs + jitterMs * this.#random.next()
    if (lateMs === 0) send(at)
    else if (this.#late.size >= maxInFlight) this.lost += 1
    else this.#schedule(send, lateMs)
  }

  #schedule(send: Send, lateMs: number): void {
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      send(preciseNow())
    }, lateMs)
    this.#late.add(timer)
  }
}
