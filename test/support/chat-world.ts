import { randomUUID } from 'node:crypto'
import type { Bus } from '#core/bus/bus.ts'
import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { type ChatWorkerOptions, runChatWorker } from '#core/chat/worker.ts'
import type { ChatModel } from '#core/inference/ports.ts'
import { type ChatCancel, type ChatRequest, type ReplyEnd, ReplyEvent } from '#core/protocol/chat.ts'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { chatRequestSubject, userKey } from '#core/protocol/subjects.ts'
import type { Database } from '#core/store/database.ts'
import { createLogger, type Logger } from '#core/telemetry/logger.ts'
import { eventually } from './eventually.ts'

const persona = await loadPersona()

export interface ChatWorldOptions {
  readonly bus: Bus
  readonly store: { readonly db: Database }
  readonly logger?: Logger
}

export type Saying = Partial<Omit<ChatRequest, 'text' | 'author'>> & { user?: string; displayName?: string }

/** People who talk to chat workers over a bus, and everything that readers see of it. */
export class ChatWorld implements AsyncDisposable {
  readonly bus: Bus
  readonly store: { readonly db: Database }
  /** All reply events of everybody, as they came. */
  readonly events: ReplyEvent[] = []
  readonly #logger: Logger
  readonly #over = new AbortController()
  readonly #listening: Promise<void>
  readonly #workers = new Set<ChatWorkerHandle>()

  constructor({ bus, store, logger = createLogger({ level: 'silent' }) }: ChatWorldOptions) {
    this.bus = bus
    this.store = store
    this.#logger = logger
    this.#listening = this.#listen()
  }

  async #listen(): Promise<void> {
    const messages = this.bus.subscribe('ai.chat.reply.*.*', { signal: this.#over.signal, capacity: 100_000 })
    for await (const { body } of messages) {
      const event = decodeMessage(body, ReplyEvent)
      if (event.kind !== 'message') throw new Error('a reply event that is not one')
      this.events.push(event.message)
    }
  }

  startWorker(chatModel: ChatModel, options: Partial<ChatWorkerOptions> = {}): ChatWorkerHandle {
    const controller = new AbortController()
    const { bus, store } = this
    const { signal } = controller
    const required = { bus, store, inference: { chatModel }, persona, logger: this.#logger, signal }
    const done = runChatWorker({ ...required, ...options })
    const worker = {
      done,
      stop: async () => {
        controller.abort(new Error('the test stops its worker'))
        await done
      },
    }
    this.#workers.add(worker)
    return worker
  }

  /** Somebody says something; resolves when the queue has it. */
  async say(text: string, saying: Saying = {}): Promise<ChatRequest> {
    const request = this.compose(text, saying)
    await enqueueChat(this.bus, request)
    return request
  }

  compose(text: string, { user = 'anna', displayName = 'Anna', ...more }: Saying = {}): ChatRequest {
    const author = { platform: 'web', platformUserId: user, displayName } as const
    const messageId = more.messageId ?? randomUUID()
    const turnId = turnIdOf(author, messageId)
    const fields = {
      turnId,
      author,
      messageId,
      text,
      place: { kind: 'web', id: `place of ${user}` },
    } as const
    return {
      v: 1,
      id: turnId,
      type: 'chat.request',
      at: Date.now(),
      correlationId: turnId,
      ...fields,
      ...more,
    }
  }

  async retract({ author, messageId, correlationId }: ChatRequest): Promise<void> {
    const envelope = { v: 1, id: randomUUID(), type: 'chat.retract', at: Date.now(), correlationId } as const
    await enqueueChat(this.bus, { ...envelope, author, messageId })
  }

  async amend({ author, messageId, correlationId }: ChatRequest, text: string): Promise<void> {
    const envelope = { v: 1, id: randomUUID(), type: 'chat.amend', at: Date.now(), correlationId } as const
    await enqueueChat(this.bus, { ...envelope, author, messageId, text })
  }

  cancel({ author, messageId, correlationId }: ChatRequest, reason: ChatCancel['reason']): void {
    const envelope = { v: 1, id: randomUUID(), type: 'chat.cancel', at: Date.now(), correlationId } as const
    cancelChat(this.bus, userKey(author), { ...envelope, messageId, reason })
  }

  /** Delivers a request once more past the queue's own deduplication, as after its window. */
  async deliverAgain(request: ChatRequest): Promise<void> {
    const subject = chatRequestSubject(userKey(request.author))
    await this.bus.enqueue({ subject, id: randomUUID(), body: encodeMessage(request) })
  }

  eventsOf({ turnId }: ChatRequest): ReplyEvent[] {
    return this.events.filter((event) => event.turnId === turnId)
  }

  endsOf(request: ChatRequest): ReplyEnd[] {
    return this.eventsOf(request).filter((event) => event.type === 'reply.end')
  }

  /** The text of the newest attempt, as a reader shows it before the end. */
  textOf(request: ChatRequest): string {
    return shownText(this.eventsOf(request))
  }

  async waitForEnd(request: ChatRequest, count = 1, withinMs = 15_000): Promise<ReplyEnd> {
    return await eventually(() => this.endsOf(request)[count - 1], { withinMs })
  }

  async waitForText(request: ChatRequest, text: string): Promise<void> {
    await eventually(() => this.textOf(request) === text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.stop()))
    this.#over.abort()
    await this.#listening
  }
}

export interface ChatWorkerHandle {
  readonly done: Promise<void>
  stop(): Promise<void>
}

/** What a reader shows: the deltas of the highest attempt. */
function shownText(events: readonly ReplyEvent[]): string {
  const attempt = Math.max(...events.map((event) => event.attempt))
  return events
    .map((event) => (event.type === 'reply.delta' && event.attempt === attempt ? event.text : ''))
    .join('')
}
