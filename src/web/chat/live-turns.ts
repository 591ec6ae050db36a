import type { ReplyEnd, ReplyEvent } from '#core/protocol/chat.ts'
import type { FinishedReply, ReplyView, ServerFrame } from './socket-protocol.ts'

/** How an answer ended, from the bus or from the database. */
export type TurnEnd = Pick<ReplyEnd, 'turnId' | 'attempt' | 'status' | 'text' | 'notice'>

/** Answers that are over are remembered for readers whose database query began before the end. */
const keptTurns = 200

interface LiveTurn {
  readonly attempt: number
  /** Index of the next event; a higher one means that some were lost. */
  next: number
  text: string
  expression: string | undefined
  /** False while text is missing at the end; the next checkpoint, within about a second, brings it. */
  isWhole: boolean
  end: FinishedReply | 'gone' | undefined
}

/**
 * What one person's answers have come to, event by event. Turns reply events of any completeness into frames of which
 * it holds: what a reader was shown before, plus the frames since, is what a new reader is shown.
 */
export class LiveTurns {
  readonly #finish: (end: TurnEnd) => FinishedReply
  readonly #turns = new Map<string, LiveTurn>()

  /** `finish` makes what browsers get of an answer's end. */
  constructor(finish: (end: TurnEnd) => FinishedReply) {
    this.#finish = finish
  }

  /** The answer so far, `gone` for one that was taken back, undefined for one that never was heard of. */
  view(turnId: string): ReplyView | 'gone' | undefined {
    const turn = this.#turns.get(turnId)
    if (turn === undefined || turn.end !== undefined) return turn?.end
    const { text, expression } = turn
    return { status: 'running', text, ...(expression === undefined ? {} : { expression }) }
  }

  /** Takes the next event as it came from the bus; returns what readers have to be told. */
  take(event: ReplyEvent): ServerFrame[] {
    const known = this.#turns.get(event.turnId)
    if (known !== undefined && event.attempt < known.attempt) return []
    if (event.type === 'reply.end') return this.takeEnd(event)
    if (known === undefined || event.attempt > known.attempt) return this.#takeFirst(event)
    if (known.end !== undefined || event.index < known.next) return []
    known.isWhole &&= event.index === known.next
    known.next = event.index + 1
    return takeNext(known, event)
  }

  #takeFirst(event: Exclude<ReplyEvent, ReplyEnd>): ServerFrame[] {
    const frames = takeNext(this.#begin(event), event)
    // Whatever an earlier attempt showed is void, also when the start itself was missed.
    return event.type === 'reply.start' ? frames : [{ type: 'start', turn: event.turnId }, ...frames]
  }

  /** Takes the newest kept event of a turn whose beginning was not heard. */
  takeRecord(event: ReplyEvent): ServerFrame[] {
    const known = this.#turns.get(event.turnId)
    if (event.type !== 'reply.checkpoint') return this.take(event)
    if (known === undefined || event.attempt > known.attempt) {
      return showAnew(this.#begin(event), event.turnId, event.text, true)
    }
    if (event.attempt < known.attempt || known.end !== undefined || known.isWhole) return []
    if (event.text.length <= known.text.length) return []
    return showAnew(known, event.turnId, event.text, event.index + 1 >= known.next)
  }

  /** Takes an end, however often it is told; only a deletion is news after another end. */
  takeEnd(event: TurnEnd): ServerFrame[] {
    const { turnId: turn, attempt, status } = event
    const known = this.#turns.get(turn)?.end
    if (known !== undefined && (known === 'gone' || status !== 'retracted')) return []
    const end = status === 'retracted' ? 'gone' : this.#finish(event)
    this.#keep(turn, { attempt, next: 0, text: '', expression: undefined, isWhole: true, end })
    return [end === 'gone' ? { type: 'gone', turn } : { type: 'end', turn, reply: end }]
  }

  #begin({ turnId, attempt, index }: ReplyEvent): LiveTurn {
    const isWhole = index === 0
    return this.#keep(turnId, {
      attempt,
      next: index + 1,
      text: '',
      expression: undefined,
      isWhole,
      end: undefined,
    })
  }

  #keep(turnId: string, turn: LiveTurn): LiveTurn {
    this.#turns.delete(turnId)
    this.#turns.set(turnId, turn)
    const [oldest] = this.#turns.keys()
    if (this.#turns.size > keptTurns && oldest !== undefined) this.#turns.delete(oldest)
    return turn
  }
}

/** What readers are told of an event that is in order, or is the first that was heard of its attempt. */
function takeNext(turn: LiveTurn, event: Exclude<ReplyEvent, ReplyEnd>): ServerFrame[] {
  const { turnId } = event
  switch (event.type) {
    case 'reply.start':
      return [{ type: 'start', turn: turnId }]
    case 'reply.expression':
      turn.expression = event.name
      return [{ type: 'expression', turn: turnId, name: event.name }]
    case 'reply.delta':
      if (!turn.isWhole) return []
      turn.text += event.text
      return [{ type: 'delta', turn: turnId, text: event.text }]
    case 'reply.checkpoint':
      return turn.isWhole ? [] : showAnew(turn, turnId, event.text, true)
  }
}

/** Readers are given the whole text: nobody knows what of it they have. */
function showAnew(turn: LiveTurn, turnId: string, text: string, isWhole: boolean): ServerFrame[] {
  turn.text = text
  turn.isWhole = isWhole
  const { expression } = turn
  return [
    { type: 'start', turn: turnId },
    { type: 'delta', turn: turnId, text },
    ...(expression === undefined ? [] : [{ type: 'expression', turn: turnId, name: expression } as const]),
  ]
}
