import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { type ChatWork, ReplyEvent } from '#core/protocol/chat.ts'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { chatRecordSubject, chatRequestSubject, userKey } from '#core/protocol/subjects.ts'
import type { Ledger } from '../ledger.ts'

const recordStream = 'CHAT_RECORDS'
const requestStream = 'CHAT_REQUESTS'
const deadStream = 'DEAD_LETTERS'
const workers = 'chat-workers'

/** Writes down what readers are told, over a connection of its own that shares no code with the bus. */
export class ReplyObserver implements AsyncDisposable {
  readonly #nats: NatsConnection
  readonly #ledger: Ledger

  static async start(url: string, ledger: Ledger): Promise<ReplyObserver> {
    const patient = {
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      pingInterval: 2_000,
    }
    const nats = await connect({ servers: url, ...patient })
    const observer = new ReplyObserver(nats, ledger)
    nats.subscribe('ai.chat.reply.*.*', {
      callback: (error, { subject, data }) => {
        if (!error) observer.#note(subject, data, 'live')
      },
    })
    await nats.flush()
    return observer
  }

  constructor(nats: NatsConnection, ledger: Ledger) {
    this.#nats = nats
    this.#ledger = ledger
  }

  /** Asks for the newest record of each turn, as a browser does that comes back after a while. */
  async readRecords(turns: readonly { readonly user: string; readonly turnId: string }[]): Promise<void> {
    const { streams } = await jetstreamManager(this.#nats)
    for (const { user, turnId } of turns) {
      const subject = chatRecordSubject(user, turnId)
      const record = await streams.getMessage(recordStream, { last_by_subj: subject })
      if (record) this.#note(subject, record.data, 'late')
    }
  }

  /** That many workers have asked the queue for work. */
  async areWorkersWaiting(count: number): Promise<boolean> {
    const { consumers } = await jetstreamManager(this.#nats)
    return (await consumers.info(requestStream, workers)).num_waiting >= count
  }

  /** Everything that was accepted is acknowledged. */
  async isQueueEmpty(): Promise<boolean> {
    const { streams } = await jetstreamManager(this.#nats)
    return (await streams.info(requestStream)).state.messages === 0
  }

  /** Puts work into the queue past the bus and without an id, as if the broker's memory of ids were over. */
  async enqueueWithoutId(work: ChatWork): Promise<void> {
    await jetstream(this.#nats).publish(chatRequestSubject(userKey(work.author)), encodeMessage(work))
  }

  /** Whatever nobody could handle. */
  async countDeadLetters(): Promise<number> {
    const { streams } = await jetstreamManager(this.#nats)
    return (await streams.info(deadStream)).state.messages
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nats.close()
  }

  #note(subject: string, body: Uint8Array, reader: 'live' | 'late'): void {
    const user = subject.split('.')[3] ?? ''
    const decoded = decodeMessage(body, ReplyEvent)
    if (decoded.kind !== 'message') return
    const { type, turnId, attempt } = decoded.message
    if (type === 'reply.start') this.#ledger.append({ type: 'started', user, turnId, attempt })
    if (type === 'reply.delta' || type === 'reply.checkpoint')
      this.#ledger.append({ type: 'spoke', user, turnId })
    if (type !== 'reply.end') return
    const { status, text } = decoded.message
    this.#ledger.append({ type: 'ended', user, turnId, attempt, status, text, reader })
  }
}
