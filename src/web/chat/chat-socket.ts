import type { WebSocket } from 'ws'
import type { Author, Place } from '#core/protocol/chat.ts'
import type { ChatDeps } from './chat-deps.ts'
import { parseClientFrame } from './client-frame.ts'
import { catchUp, loadTurns } from './load-turns.ts'
import { placeOf } from './place.ts'
import { say, stop } from './say.ts'
import type { ClientFrame, ServerFrame } from './socket-protocol.ts'
import type { TurnFrame } from './user-feed.ts'
import type { FeedLease } from './user-feeds.ts'

/** Close codes: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number */
export const closeCode = { goingAway: 1001, policy: 1008, internal: 1011, tryAgainLater: 1013 } as const

const maxForeign = 1_000
const cutAfterMs = 1_000

export interface SocketLimits {
  readonly helloTimeoutMs: number
  /** A reader that is this far behind is sent away; it comes back for a snapshot. */
  readonly maxBufferedBytes: number
  /** Frames that wait while earlier ones are worked on. */
  readonly maxWaitingFrames: number
  /** An unfinished answer that is silent for so long is looked up. */
  readonly silenceMs: number
}

export const defaultSocketLimits: SocketLimits = {
  helloTimeoutMs: 5_000,
  maxBufferedBytes: 1_048_576,
  maxWaitingFrames: 32,
  silenceMs: 10_000,
}

/** Whether the ticket that a greeting brings lets its page in; undefined where nobody signs in. */
export type Admission = (ticket: string | undefined) => Promise<boolean>

/**
 * One page's line. Waits for `hello`, shows the conversation, then hands on what happens to it. Frames of the page are
 * worked on one after another.
 */
export class ChatSocket {
  readonly #socket: WebSocket
  readonly #deps: ChatDeps
  readonly #author: Author
  readonly #limits: SocketLimits
  readonly #hello: NodeJS.Timeout
  readonly #admits: Admission | undefined
  #isGreeted = false
  #lease: FeedLease | undefined
  #reading: Disposable | undefined
  #conversation = ''
  /** Turns of this conversation, with whether they are over. */
  readonly #turns = new Map<string, { isOver: boolean }>()
  readonly #foreign = new Set<string>()
  #heardAt = Date.now()
  #work: Promise<void> = Promise.resolve()
  #waiting = 0
  #cut: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, deps: ChatDeps, author: Author, limits: SocketLimits, admits?: Admission) {
    this.#admits = admits
    this.#socket = socket
    this.#deps = deps
    this.#author = author
    this.#limits = limits
    this.#hello = setTimeout(() => this.close(closeCode.policy), limits.helloTimeoutMs)
    socket.on('message', (data, isBinary) => this.#onMessage(isBinary ? undefined : data.toString()))
    socket.on('close', () => {
      clearTimeout(this.#cut)
      this.#leave()
    })
    // Broken frames and resets: the close event follows, and whose fault it was does not matter here.
    socket.on('error', () => {})
  }

  /** Resolves when nothing of this socket is being worked on. */
  get idle(): Promise<void> {
    return this.#work
  }

  close(code: number): void {
    this.#socket.close(code)
    this.#leave()
  }

  get #place(): Place {
    return placeOf(this.#author, this.#conversation)
  }

  /** Called every few seconds: the line is alive, and nothing was missed. */
  tick(): void {
    if (this.#lease === undefined) return
    this.#send('{"type":"tick"}')
    const isSilent = Date.now() - this.#heardAt >= this.#limits.silenceMs
    const open = [...this.#turns].flatMap(([turn, { isOver }]) => (isOver ? [] : [turn]))
    if (isSilent && open.length > 0)
      this.#queue((lease) => catchUp(this.#deps, this.#author, open, lease.feed))
  }

  #onMessage(data: string | undefined): void {
    const frame = data === undefined ? undefined : parseClientFrame(data)
    const isGreeting = frame?.type === 'hello'
    // The first frame, and only the first, is a greeting.
    if (frame === undefined || isGreeting === this.#isGreeted) this.close(closeCode.policy)
    else if (frame.type === 'hello') this.#onHello(frame)
    else if (this.#lease === undefined) this.close(closeCode.policy)
    else this.#queue(() => this.#obey(frame))
  }

  #onHello({ conversation, ticket }: Extract<ClientFrame, { type: 'hello' }>): void {
    this.#isGreeted = true
    if (this.#admits === undefined) this.#begin(conversation)
    else void this.#check(this.#admits, conversation, ticket)
  }

  async #check(admits: Admission, conversation: string, ticket: string | undefined): Promise<void> {
    const isAdmitted = await admits(ticket)
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (isAdmitted) this.#begin(conversation)
    else this.close(closeCode.policy)
  }

  #begin(conversation: string): void {
    clearTimeout(this.#hello)
    this.#conversation = conversation
    this.#lease = this.#deps.feeds.open(this.#author)
    this.#lease.ended.addEventListener('abort', () => this.close(closeCode.goingAway), { once: true })
    this.#queue((lease) => this.#showAll(lease))
  }

  async #obey(frame: Exclude<ClientFrame, { type: 'hello' }>): Promise<void> {
    if (frame.type === 'stop') {
      if (this.#turns.has(frame.turn)) stop(this.#deps, this.#author, frame.turn)
      return
    }
    const { key, text, replaces } = frame
    const said = await say(this.#deps, this.#author, {
      conversation: this.#conversation,
      key,
      text,
      replaces,
    })
    this.#sendFrame({ ...said, key })
  }

  async #showAll({ feed }: FeedLease): Promise<void> {
    const turns = await loadTurns(this.#deps, this.#author, this.#place, feed)
    if (this.#lease === undefined) return
    // From here to the end nothing waits: the snapshot and the frames after it fit without a gap.
    this.#turns.clear()
    for (const { id, reply } of turns) this.#turns.set(id, { isOver: 'html' in reply })
    for (const id of this.#turns.keys()) this.#foreign.delete(id)
    this.#reading ??= feed.read((frame) => this.#onTurnFrame(frame))
    this.#sendFrame({ type: 'snapshot', turns })
  }

  #onTurnFrame({ type, turn, placeId, json }: TurnFrame): void {
    if (type === 'said' && placeId === this.#place.id) this.#turns.set(turn, { isOver: false })
    const known = this.#turns.get(turn)
    if (known === undefined) {
      this.#onUnknown(turn)
      return
    }
    this.#heardAt = Date.now()
    if (type === 'end' || type === 'gone') known.isOver = true
    this.#send(json)
  }

  /** A turn of another conversation, or one of this that was said to another process: the database knows. */
  #onUnknown(turn: string): void {
    if (this.#foreign.has(turn) || this.#deps.recent.get(turn) !== undefined) return
    if (this.#foreign.size >= maxForeign) this.#foreign.clear()
    this.#foreign.add(turn)
    this.#queue((lease) => this.#showAll(lease))
  }

  /** One thing after another, so that a slow database makes a page wait and not this process grow. */
  #queue(task: (lease: FeedLease) => Promise<void>): void {
    if (this.#waiting >= this.#limits.maxWaitingFrames) {
      this.close(closeCode.policy)
      return
    }
    this.#waiting++
    this.#work = this.#work.then(() => this.#run(task))
  }

  async #run(task: (lease: FeedLease) => Promise<void>): Promise<void> {
    this.#waiting--
    try {
      if (this.#lease) await task(this.#lease)
    } catch (error) {
      this.#deps.logger.error('a chat page could not be served', { error })
      this.close(closeCode.internal)
    }
  }

  #sendFrame(frame: ServerFrame): void {
    this.#send(JSON.stringify(frame))
  }

  #send(json: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > this.#limits.maxBufferedBytes) this.#sendAway()
    else this.#socket.send(json)
  }

  /** A close frame would wait behind everything that is not being read. */
  #sendAway(): void {
    this.#deps.logger.info('a chat page reads too slowly and has to come back')
    this.close(closeCode.tryAgainLater)
    this.#cut ??= setTimeout(() => this.#socket.terminate(), cutAfterMs)
  }

  #leave(): void {
    clearTimeout(this.#hello)
    this.#reading?.[Symbol.dispose]()
    this.#lease?.[Symbol.dispose]()
    this.#lease = undefined
  }
}
