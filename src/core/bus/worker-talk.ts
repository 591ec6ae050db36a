import { type Msg, NoRespondersError, TimeoutError } from '@nats-io/transport-node'
import type { JetStreamBroker } from './jetstream-broker.ts'

export interface WorkerTalkOptions {
  readonly broker: JetStreamBroker
  /** A worker is through with an item: finished, or put aside. Also called for what this process announces itself. */
  readonly onMoved: (subject: string, finishedId: string | undefined) => void
  /** Whether this process has the item in hand. */
  readonly holds: (subject: string, id: string) => boolean
}

const requestPrefix = 'ai.chat.request.'
const lanePrefix = 'ai.chat.lane.'
const answerMs = 1_000

/**
 * What the workers of a queue tell each other, at most once, on `ai.chat.lane.<user>.moved` and `.held`. It makes
 * lanes move without delay; nothing depends on hearing it.
 */
export class WorkerTalk implements Disposable {
  readonly #options: WorkerTalkOptions
  readonly #unsubscribes: readonly (() => void)[]

  constructor(options: WorkerTalkOptions) {
    this.#options = options
    const { link } = options.broker
    this.#unsubscribes = [
      link.subscribe(`${lanePrefix}*.moved`, { onMessage: (message) => this.#onMoved(message) }),
      link.subscribe(`${lanePrefix}*.held`, { onMessage: (message) => this.#onQuestion(message) }),
    ]
  }

  announceMoved(subject: string, finishedId: string | undefined): void {
    this.#options.broker.link.liveNc?.publish(`${laneSubject(subject)}.moved`, finishedId ?? '')
  }

  /** Whether any worker has the item in hand; true also when that cannot be known now. */
  async isHeld(subject: string, id: string): Promise<boolean> {
    const { link } = this.#options.broker
    try {
      await link.nc.request(`${laneSubject(subject)}.held`, id, { timeout: answerMs })
      return true
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      const nobody = [error, cause].some(
        (it) => it instanceof TimeoutError || it instanceof NoRespondersError,
      )
      return !(nobody && link.isReady)
    }
  }

  [Symbol.dispose](): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
  }

  #onMoved(message: Msg): void {
    this.#options.onMoved(requestSubject(message.subject), message.string() || undefined)
  }

  #onQuestion(message: Msg): void {
    if (this.#options.holds(requestSubject(message.subject), message.string())) message.respond()
  }
}

/** `ai.chat.request.<user>` to `ai.chat.lane.<user>`. */
function laneSubject(subject: string): string {
  return lanePrefix + subject.slice(requestPrefix.length)
}

function requestSubject(talked: string): string {
  const [user = ''] = talked.slice(lanePrefix.length).split('.')
  return requestPrefix + user
}
