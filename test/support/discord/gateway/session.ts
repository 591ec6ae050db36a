import type { GatewayConnection } from './connection.ts'

export interface SentDispatch {
  readonly op: 0
  readonly t: string
  readonly s: number
  readonly d: object
}

/** Events kept for a resume; a session that fell further behind must identify again. */
const maxReplay = 20_000

/** What Discord remembers of an identified bot, connected or not. */
export class GatewaySession {
  readonly id: string
  readonly shard: readonly [id: number, count: number]
  readonly intents: number
  /** Absent while the bot is away; events are kept for it. */
  connection: GatewayConnection | undefined
  /** When the connection was lost; the session lives on for a while. */
  lostAt: number | undefined
  #seq = 0
  readonly #kept: SentDispatch[] = []

  constructor(id: string, shard: readonly [number, number], intents: number) {
    this.id = id
    this.shard = shard
    this.intents = intents
  }

  get seq(): number {
    return this.#seq
  }

  /** Numbers the event, keeps it for a resume and sends it if somebody is there. Returns whether it was sent. */
  dispatch(t: string, d: object): boolean {
    this.#seq += 1
    const dispatch: SentDispatch = { op: 0, t, s: this.#seq, d }
    this.#kept.push(dispatch)
    if (this.#kept.length > maxReplay) this.#kept.shift()
    return this.connection?.send(dispatch) ?? false
  }

  /** Events after `seq`, or undefined when they are not all kept any more. */
  missedAfter(seq: number): SentDispatch[] | undefined {
    const first = this.#kept[0]?.s ?? this.#seq + 1
    return seq < first - 1 ? undefined : this.#kept.filter(({ s }) => s > seq)
  }
}
