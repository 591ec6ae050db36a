export type DeafReason = 'undecryptable' | 'unannounced'

export interface ReceptionWatchOptions {
  /** Somebody sends, and we cannot make it out. */
  onDeaf(reason: DeafReason): void
  /** A sender whose name Discord did not tell. */
  onUnannounced(ssrc: number): void
}

interface Reception {
  sent: number
  decrypted: number
}

/** Called each second: two quiet rounds of speech that nobody could hear are a fault and not a transition of keys. */
const rounds = 2
/** A second of speech has 50 packets; a few strays say nothing. */
const minPackets = 20

/**
 * Compares what people send with what becomes sound. A receiver that lost the keys, or was never told whose packets it
 * gets, looks exactly like silence otherwise.
 */
export class ReceptionWatch {
  readonly #options: ReceptionWatchOptions
  readonly #senders = new Map<string, Reception>()
  readonly #deafRounds = new Map<string, number>()
  readonly #unannounced = new Map<number, number>()
  #unannouncedRounds = 0

  constructor(options: ReceptionWatchOptions) {
    this.#options = options
  }

  sent(userId: string): void {
    this.#of(userId).sent++
  }

  decrypted(userId: string): void {
    this.#of(userId).decrypted++
  }

  unannounced(ssrc: number): void {
    // More senders than people fit into a channel are made up.
    if (this.#unannounced.size < 100 || this.#unannounced.has(ssrc))
      this.#unannounced.set(ssrc, (this.#unannounced.get(ssrc) ?? 0) + 1)
  }

  /** Call once a second. */
  judge(): void {
    for (const [userId, { sent, decrypted }] of this.#senders) {
      if (sent < minPackets) continue
      const deafRounds = decrypted === 0 ? (this.#deafRounds.get(userId) ?? 0) + 1 : 0
      this.#deafRounds.set(userId, deafRounds % rounds)
      if (deafRounds === rounds) this.#options.onDeaf('undecryptable')
    }
    this.#senders.clear()
    this.#judgeUnannounced()
  }

  #judgeUnannounced(): void {
    const loud = [...this.#unannounced].filter(([, packets]) => packets >= minPackets)
    this.#unannounced.clear()
    if (loud.length === 0) {
      this.#unannouncedRounds = 0
      return
    }
    for (const [ssrc] of loud) this.#options.onUnannounced(ssrc)
    this.#unannouncedRounds++
    if (this.#unannouncedRounds <= rounds) return
    this.#unannouncedRounds = 0
    this.#options.onDeaf('unannounced')
  }

  #of(userId: string): Reception {
    const known = this.#senders.get(userId)
    if (known) return known
    const reception = { sent: 0, decrypted: 0 }
    this.#senders.set(userId, reception)
    return reception
  }
}
