import { createInbox, type Msg, nanos } from '@nats-io/transport-node'
import type { NatsLink } from './nats-link.ts'
import { requestStream, workers } from './streams.ts'

export interface PullOptions {
  readonly link: NatsLink
  /** How many more items could be taken now. */
  readonly demand: () => number
  readonly onItem: (message: Msg) => void
}

/** A request for items ends after this long; a broker that was silent for longer has forgotten it. */
const requestMs = 5_000
const silenceMs = 1_500
const afterFaultMs = 250

/**
 * Asks the broker for work, never for more than there is room for: one request at a time, each with an inbox token of
 * its own so that what the broker says about an old one is not taken for the new one.
 * https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
export class PullRequests implements Disposable {
  readonly #options: PullOptions
  readonly #inbox = createInbox()
  readonly #unsubscribe: () => void
  readonly #stopListening: () => void
  #token = 0
  #outstanding = 0
  #hasHeard = false
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: PullOptions) {
    this.#options = options
    const { link } = options
    this.#unsubscribe = link.subscribe(`${this.#inbox}.*`, {
      onMessage: (message) => this.#onMessage(message),
    })
    this.#stopListening = link.onReady(() => this.#restart())
  }

  /** Asks if nothing is asked and there is room; call it when there may be room. */
  poke(): void {
    const { link, demand } = this.#options
    if (this.#isStopped || this.#outstanding > 0 || !link.isReady) return
    const batch = demand()
    if (batch <= 0) return
    this.#outstanding = batch
    this.#hasHeard = false
    this.#token++
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${requestStream}.${workers}`
    const request = JSON.stringify({ batch, expires: nanos(requestMs) })
    link.nc.publish(subject, request, { reply: `${this.#inbox}.${this.#token}` })
    this.#restartAfter(requestMs + silenceMs)
  }

  [Symbol.dispose](): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#stopListening()
    this.#unsubscribe()
  }

  #onMessage(message: Msg): void {
    this.#hasHeard = true
    if (message.subject.startsWith(this.#inbox)) {
      this.#onStatus(message)
      return
    }
    this.#outstanding = Math.max(0, this.#outstanding - 1)
    this.#options.onItem(message)
    this.poke()
  }

  /** 404 and 408: there is nothing (more) for now. Anything else: the consumer or the stream has a problem. */
  #onStatus({ subject, headers }: Msg): void {
    if (subject !== `${this.#inbox}.${this.#token}`) return
    if (headers?.code === 404 || headers?.code === 408) this.#restart()
    else this.#restartAfter(afterFaultMs, true)
  }

  #restart(): void {
    this.#outstanding = 0
    this.poke()
  }

  /** nats-server 2.9 says nothing at all when the consumer is gone, so silence is a reason to look after it. */
  #restartAfter(delayMs: number, isFaulty = false): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (isFaulty || !this.#hasHeard) this.#options.link.repair()
      this.#restart()
    }, delayMs)
  }
}
