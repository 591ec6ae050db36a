import type { ClientData } from '../chat/client-data.ts'
import type { FinishedReply, ServerFrame, TurnView } from '../chat/socket-protocol.ts'
import { Announcer } from './announcer.ts'
import { showAvatar } from './avatar.ts'
import { Composer } from './composer.ts'
import { Connection } from './connection.ts'
import { copyText } from './copy.ts'
import { find } from './find.ts'
import { serveFold } from './fold.ts'
import { Lumi, type LumiState } from './lumi.ts'
import { ReadAloud } from './read-aloud.ts'
import { FollowScroll } from './scroll.ts'
import { applyFrame, type Transcript, unfinished } from './transcript.ts'
import { TranscriptView } from './transcript-view.ts'
import { newKey, UnsentMessages } from './unsent.ts'

const faceStaysMs = 8_000

/** The chat page: joins the connection, what is known of the conversation, and what is shown of it. */
export class Conversation {
  readonly #words: ClientData['words']
  readonly #unsent: UnsentMessages
  readonly #view: TranscriptView
  readonly #composer: Composer
  readonly #scroll: FollowScroll
  readonly #announcer: Announcer
  readonly #lumi: Lumi
  readonly #readAloud: ReadAloud | undefined
  readonly #connection: Connection
  readonly #alert = find(document, '[data-alert]', HTMLElement)
  readonly #empty = find(document, '[data-empty]', HTMLElement)
  #turns: Transcript
  #isOffline = false
  #face = 'neutral'
  #faceTimer = 0
  #isReading = false
  #isRenderPlanned = false

  /** Undefined on pages without a conversation. */
  static start(): Conversation | undefined {
    const data = document.querySelector('#client-data')?.textContent
    return data ? new Conversation(JSON.parse(data)) : undefined
  }

  private constructor({ conversation, needsTicket, avatarModule, avatarUrl, words }: ClientData) {
    this.#words = words
    this.#unsent = new UnsentMessages(sessionStorage, conversation)
    const template = find(document, '#turn-template', HTMLTemplateElement)
    this.#view = new TranscriptView(find(document, '[data-turns]', HTMLElement), template, words)
    this.#turns = this.#view.read()
    this.#scroll = new FollowScroll(
      find(document, '[data-log]', HTMLElement),
      find(document, '[data-jump]', HTMLElement),
    )
    const complete = find(document, '[data-complete]', HTMLElement)
    this.#announcer = new Announcer(find(document, '[data-status]', HTMLElement), complete, words)
    const stage = find(document, '[data-stage]', HTMLElement)
    serveFold(stage)
    this.#lumi = new Lumi(stage, find(stage, '.lumi', SVGElement), words.states)
    this.#readAloud = this.#createReadAloud()
    void showAvatar(find(stage, '.lumi', SVGElement), {
      module: avatarModule,
      avatar: avatarUrl,
      analyser: () => this.#readAloud?.analyser,
    })
    this.#composer = new Composer(
      find(document, '[data-composer]', HTMLFormElement),
      {
        onSend: (text, replaces) => this.#say(text, replaces),
        onStop: () => this.#stop(),
        lastMessage: () => this.#lastMessage(),
      },
      words,
    )
    document.addEventListener('click', (event) => this.#onClick(event))
    document.addEventListener('submit', (event) => this.#onSubmit(event))
    this.#connection = new Connection(
      { conversation, needsTicket },
      {
        onFrame: (frame) => this.#onFrame(frame),
        onChange: (isOnline) => this.#onConnection(isOnline),
      },
    )
  }

  sayCopied(isCopied: boolean): void {
    if (isCopied) this.#announcer.say(this.#words.copied)
  }

  #onFrame(frame: ServerFrame): void {
    const awaited = unfinished(this.#turns)
    this.#turns = applyFrame(this.#turns, frame)
    if (frame.type === 'accepted') this.#unsent.remove(frame.key)
    if (frame.type === 'refused') this.#onRefused(frame.key, frame.notice)
    if (frame.type === 'start') this.#makeFace('neutral')
    if (frame.type === 'expression') this.#makeFace(frame.name)
    if (frame.type === 'delta') this.#lumi.utter(frame.text)
    this.#planRender()
    if (awaited) this.#onProgress(awaited.id)
  }

  /** An end may also be learned from a snapshot, after the line was gone. */
  #onProgress(id: string): void {
    const reply = this.#turns.find((turn) => turn.id === id)?.reply
    if (reply === undefined) this.#announcer.quiet()
    else if (reply.status === 'running') this.#announcer.replying()
    else if (reply.status !== 'waiting') this.#onEnd(id, reply)
  }

  #onEnd(id: string, { status, notice, speechParts }: FinishedReply): void {
    this.#makeFace(this.#face, faceStaysMs)
    this.#render()
    this.#announcer.finished(this.#view.plainText(id))
    const failure = status === 'failed' ? (notice ?? this.#words.failed) : ''
    find(document, '[data-failure]', HTMLElement).textContent = failure
    if (this.#readAloud?.isOn && speechParts > 0) void this.#readAloud.speak(id, speechParts)
  }

  #onRefused(key: string, notice: string): void {
    const item = this.#unsent.remove(key)
    this.#alert.textContent = notice
    if (item) this.#composer.giveBack(item.text)
  }

  #onConnection(isOnline: boolean): void {
    const hasChanged = isOnline === this.#isOffline
    this.#isOffline = !isOnline
    if (isOnline) this.#sendAgain()
    else this.#announcer.quiet()
    if (hasChanged) {
      this.#announcer.say(isOnline ? this.#words.online : this.#words.offline)
      this.#alert.textContent = isOnline ? '' : this.#words.offline
    }
    this.#planRender()
  }

  /** In the order they were written; what had arrived after all is recognised by its key. */
  #sendAgain(): void {
    for (const item of this.#unsent.items) this.#connection.send({ type: 'send', ...item })
  }

  #say(text: string, replaces?: string): void {
    const item = { key: newKey(), text, ...(replaces === undefined ? {} : { replaces }) }
    this.#unsent.add(item)
    if (this.#connection.isOnline) this.#alert.textContent = ''
    this.#connection.send({ type: 'send', ...item })
    this.#readAloud?.stop()
    this.#render()
    this.#scroll.toLatest()
    this.#composer.focus()
  }

  #stop(): void {
    this.#readAloud?.stop()
    const turn = unfinished(this.#turns)
    if (turn) this.#connection.send({ type: 'stop', turn: turn.id })
  }

  #lastMessage(): { turn: string; said: string } | undefined {
    const last = this.#turns.at(-1)
    return last && { turn: last.id, said: last.said }
  }

  #onClick(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null
    const turn = this.#turnAround(button)
    if (!button || !turn || button.matches('form')) return
    if (button.dataset.action === 'edit') {
      event.preventDefault()
      this.#composer.edit({ turn: turn.id, said: turn.said })
    }
    if (!('html' in turn.reply)) return
    if (button.dataset.action === 'copy')
      void copyText(turn.reply.text).then((isCopied) => this.sayCopied(isCopied))
    if (button.dataset.action === 'speak') void this.#readAloud?.speak(turn.id, turn.reply.speechParts)
  }

  /** Forms of the page that work without a script, done without leaving the page. */
  #onSubmit(event: SubmitEvent): void {
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    if (form.matches('[data-suggestions]') && event.submitter instanceof HTMLButtonElement) {
      event.preventDefault()
      this.#say(event.submitter.value)
    }
    const turn = this.#turnAround(form)
    if (turn && form.dataset.action === 'regenerate') {
      event.preventDefault()
      this.#say(turn.said, turn.id)
    }
  }

  #turnAround(element: Element | null): TurnView | undefined {
    const id = element?.closest<HTMLElement>('[data-turn]')?.dataset.turn
    return this.#turns.find((turn) => turn.id === id)
  }

  #createReadAloud(): ReadAloud | undefined {
    const toggle = document.querySelector<HTMLElement>('[data-read-aloud]')
    if (!toggle) return undefined
    return new ReadAloud(toggle, {
      onSound: (level) => {
        this.#isReading = level !== undefined
        this.#lumi.followSound(level)
        this.#planRender()
      },
      onTrouble: (why) => {
        this.#alert.textContent = why === 'blocked' ? this.#words.soundBlocked : this.#words.soundFailed
      },
    })
  }

  /** At most once per frame the screen draws; a hidden page draws none, and needs none. */
  #planRender(): void {
    if (this.#isRenderPlanned) return
    this.#isRenderPlanned = true
    requestAnimationFrame(() => this.#render())
  }

  #render(): void {
    this.#isRenderPlanned = false
    this.#view.render(this.#turns, this.#unsent.items)
    this.#empty.hidden = this.#turns.length + this.#unsent.items.length > 0
    const open = unfinished(this.#turns)
    this.#composer.isAnswering = open !== undefined
    this.#lumi.show(this.#state(open), this.#face)
    this.#scroll.follow()
  }

  /** The face of an answer stays a while after its end. */
  #makeFace(name: string, forMs?: number): void {
    clearTimeout(this.#faceTimer)
    this.#face = name
    if (forMs === undefined || name === 'neutral') return
    this.#faceTimer = setTimeout(() => {
      this.#face = 'neutral'
      this.#planRender()
    }, forMs)
  }

  #state(open: TurnView | undefined): LumiState {
    if (this.#isOffline) return 'offline'
    if (this.#isReading) return 'speaking'
    if (open === undefined) return 'listening'
    return open.reply.status === 'running' && open.reply.text !== '' ? 'speaking' : 'thinking'
  }
}
