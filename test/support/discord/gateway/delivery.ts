import type { Dispatch } from '../state/state.ts'

/** Decides what becomes of an event on its way to the sessions: call `send` never, once, twice, now or later. */
export type Delivery = (dispatch: Dispatch, send: (dispatch: Dispatch) => void) => void

type Fits = (dispatch: Dispatch) => boolean

/** Events of these names; the usual choice for `fits` below. */
export function named(...events: string[]): Fits {
  return ({ t }) => events.includes(t)
}

/** A share of the events that fit arrives twice, each time with a number of its own. */
export function repeating(fits: Fits, { share, random }: { share: number; random: () => number }): Delivery {
  return (dispatch, send) => {
    send(dispatch)
    if (fits(dispatch) && random() < share) send(dispatch)
  }
}

export interface HeldDelivery {
  readonly delivery: Delivery
  readonly held: readonly Dispatch[]
  /** Lets everything go that was held, in the order that is given; oldest first unless told. */
  release(order?: (held: Dispatch[]) => Dispatch[]): void
}

/** Keeps the events that fit until they are released: late, out of order, or never. */
export function holding(fits: Fits): HeldDelivery {
  const held: { dispatch: Dispatch; send: (dispatch: Dispatch) => void }[] = []
  return {
    delivery: (dispatch, send) => {
      if (fits(dispatch)) held.push({ dispatch, send })
      else send(dispatch)
    },
    get held() {
      return held.map(({ dispatch }) => dispatch)
    },
    release: (order = (all) => all) => {
      const waiting = held.splice(0)
      const send = waiting[0]?.send
      if (send === undefined) return
      for (const dispatch of order(waiting.map((entry) => entry.dispatch))) send(dispatch)
    },
  }
}

/** The order of a shuffled pack (Fisher and Yates). */
export function shuffled(random: () => number): (held: Dispatch[]) => Dispatch[] {
  return (held) => {
    const pack = [...held]
    for (let at = pack.length - 1; at > 0; at -= 1) {
      const other = Math.floor(random() * (at + 1))
      const [left, right] = [pack[at], pack[other]]
      if (left !== undefined && right !== undefined) [pack[at], pack[other]] = [right, left]
    }
    return pack
  }
}

/** One after the other: what the first lets through goes to the second. */
export function chain(...deliveries: readonly Delivery[]): Delivery {
  const [first, ...rest] = deliveries
  if (first === undefined) return (dispatch, send) => send(dispatch)
  return (dispatch, send) => first(dispatch, (passed) => chain(...rest)(passed, send))
}
