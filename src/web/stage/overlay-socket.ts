import { isDeepStrictEqual } from 'node:util'
import type { WebSocket } from 'ws'
import type { Author } from '#core/protocol/chat.ts'
import { feedClose } from '#core/protocol/feed-close.ts'
import { OverlaySettings, type ServerFrame, ViewerFrame } from '#core/protocol/stage-feed.ts'
import type { OverlayId } from '#core/store/ids.ts'
import type { Overlay } from '#core/store/overlays.ts'
import { avatarUrl } from './avatar-store.ts'
import { type FeedFrame, textFrame } from './feed-frame.ts'
import { admit } from './overlay-access.ts'
import { settingsOf } from './overlay-settings.ts'
import type { StageDeps } from './stage-deps.ts'
import type { StageView } from './stage-view.ts'

export interface OverlaySocketLimits {
  readonly helloTimeoutMs: number
  /** A viewer that is this far behind is sent away; it comes back for a snapshot. Four seconds of sound. */
  readonly maxBufferedBytes: number
}

export const defaultOverlaySocketLimits: OverlaySocketLimits = {
  helloTimeoutMs: 5_000,
  maxBufferedBytes: 524_288,
}

/** A close frame would wait behind everything that is not being read. */
const cutAfterMs = 500

/** One viewer's line: waits for `hello`, sends a snapshot, then hands on what happens on the stage. */
export class OverlaySocket {
  readonly #socket: WebSocket
  readonly #deps: StageDeps
  readonly #author: Author | undefined
  readonly #limits: OverlaySocketLimits
  readonly #onSeen: (overlay: OverlayId) => void
  readonly #hello: NodeJS.Timeout
  #overlay: Overlay | undefined
  #hasToken = false
  #settings = OverlaySettings.parse({})
  #seat: Disposable | undefined
  #isAdmitted = false
  #isOver = false
  #work: Promise<void> = Promise.resolve()
  #cut: NodeJS.Timeout | undefined

  constructor(
    socket: WebSocket,
    deps: StageDeps,
    author: Author | undefined,
    limits: OverlaySocketLimits,
    onSeen: (overlay: OverlayId) => void,
  ) {
    this.#onSeen = onSeen
    this.#socket = socket
    this.#deps = deps
    this.#author = author
    this.#limits = limits
    this.#hello = setTimeout(() => this.close(feedClose.policy), limits.helloTimeoutMs)
    socket.on('message', (data, isBinary) => this.#onMessage(isBinary ? undefined : data.toString()))
    socket.on('close', () => this.#leave())
    // Broken frames and resets: the close event follows, and whose fault it was does not matter here.
    socket.on('error', () => {})
  }

  /** Undefined until the viewer was let in. */
  get overlay(): Overlay | undefined {
    return this.#overlay
  }

  /** Resolves when nothing of this socket is being worked on. */
  get idle(): Promise<void> {
    return this.#work
  }

  close(code: number): void {
    this.#leave()
    this.#socket.close(code)
    this.#cut ??= setTimeout(() => this.#socket.terminate(), cutAfterMs)
    this.#cut.unref()
  }

  /** The overlay as the database has it now; undefined when it was removed. */
  renew(overlay: Overlay | undefined): void {
    const before = this.#overlay
    if (before === undefined) return
    if (overlay === undefined || (this.#hasToken && overlay.tokenHash !== before.tokenHash)) {
      this.close(feedClose.revoked)
      return
    }
    this.#take(overlay)
    if (overlay.stage !== before.stage) this.#queue(() => this.#sit(overlay))
    else if (hasOtherLook(before, overlay)) this.#send({ type: 'look', ...this.#look(overlay) })
  }

  #onMessage(data: string | undefined): void {
    const frame = data === undefined ? undefined : parse(data)
    if (frame === undefined || (frame.type === 'hello') === this.#isAdmitted) this.close(feedClose.policy)
    else if (frame.type === 'ping') this.#send({ type: 'pong', sentAt: frame.sentAt, at: this.#deps.now() })
    else {
      this.#isAdmitted = true
      this.#queue(() => this.#onHello(frame))
    }
  }

  async #onHello(hello: Extract<ViewerFrame, { type: 'hello' }>): Promise<void> {
    const overlay = await admit(this.#deps.db, hello, this.#author)
    clearTimeout(this.#hello)
    if (overlay === undefined) {
      this.close(feedClose.revoked)
      return
    }
    this.#hasToken = hello.token !== undefined
    this.#take(overlay)
    await this.#sit(overlay)
    if (this.#hasToken) this.#onSeen(overlay.id)
  }

  async #sit(overlay: Overlay): Promise<void> {
    this.#seat?.[Symbol.dispose]()
    const seat = await this.#deps.hub.sit(overlay.stage, {
      begin: (view) => this.#send(this.#snapshot(view)),
      listener: (frame) => this.#hear(frame),
    })
    if (this.#isOver) seat[Symbol.dispose]()
    else this.#seat = seat
  }

  #take(overlay: Overlay): void {
    this.#overlay = overlay
    this.#settings = settingsOf(overlay)
  }

  #snapshot(view: StageView): ServerFrame {
    const overlay = this.#overlay
    if (overlay === undefined) throw new Error('a viewer that was not let in')
    const { state, expression } = view
    const events = view.events(this.#deps.now())
    return { type: 'snapshot', build: this.#deps.build, ...this.#look(overlay), state, expression, events }
  }

  #look(overlay: Overlay) {
    const { motion } = this.#settings
    return {
      settings: this.#settings,
      avatar: this.#deps.avatarUrlOf(overlay),
      motion: motion === undefined ? '' : avatarUrl(motion),
    }
  }

  #hear(frame: FeedFrame): void {
    if (!frame.isSound || this.#settings.sound) this.#write(frame)
  }

  #send(frame: ServerFrame): void {
    this.#write(textFrame(frame))
  }

  #write({ bytes, isSound }: FeedFrame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > this.#limits.maxBufferedBytes) {
      this.#deps.logger.info('an overlay reads too slowly and has to come back')
      this.close(feedClose.tooSlow)
    } else this.#socket.send(bytes, { binary: isSound })
  }

  #queue(task: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#isOver) return
      try {
        await task()
      } catch (error) {
        this.#deps.logger.error('an overlay could not be served', { error })
        this.close(feedClose.fault)
      }
    })
  }

  #leave(): void {
    this.#isOver = true
    clearTimeout(this.#hello)
    this.#seat?.[Symbol.dispose]()
    this.#seat = undefined
    if (this.#socket.readyState === this.#socket.CLOSED) clearTimeout(this.#cut)
  }
}

function hasOtherLook(before: Overlay, after: Overlay): boolean {
  return before.avatar !== after.avatar || !isDeepStrictEqual(before.settings, after.settings)
}

function parse(data: string): ViewerFrame | undefined {
  try {
    return ViewerFrame.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
