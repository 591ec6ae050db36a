import { randomUUID } from 'node:crypto'
import type { Inference } from '#core/inference/ports.ts'
import type { ReplyEvent } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import type { StageEvent, StageState } from '#core/protocol/stage.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { systemClock } from '#core/voice/clock.ts'
import { speak } from '#core/voice/mouth/speak.ts'
import { createRoomPlayout, type RoomPlayout } from '#core/voice/playout/room-playout.ts'
import { AnswerPieces } from './answer-pieces.ts'
import { SoundOut } from './sound-out.ts'

export interface ChatVoiceOptions {
  /** What is answered to one person. */
  readonly events: AsyncIterable<ReplyEvent>
  readonly synthesizer: Inference['synthesizer']
  readonly voice?: string | undefined
  /** Each one silences what is being spoken. */
  readonly hushes: AsyncIterable<unknown>
  readonly tell: (event: StageEvent) => void
  readonly logger: Logger
}

/** Speaks what the companion answers a person on our own page, for the overlays that look at that chat; ends with the events and hushes. */
export async function runChatVoice(options: ChatVoiceOptions): Promise<void> {
  await using voice = new ChatVoice(options)
  const hushing = hush(voice, options.hushes)
  for await (const event of options.events) voice.hear(event)
  await hushing
}

async function hush(voice: ChatVoice, hushes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of hushes) voice.hush()
}

interface Answer {
  readonly turnId: string
  readonly attempt: number
  readonly pieces: AnswerPieces
  readonly cut: AbortController
  readonly spoken: Promise<void>
}

class ChatVoice implements AsyncDisposable {
  readonly #options: ChatVoiceOptions
  readonly #out: SoundOut
  readonly #room: RoomPlayout
  #answer: Answer | undefined

  constructor(options: ChatVoiceOptions) {
    this.#options = options
    this.#out = new SoundOut(systemClock, options.tell)
    this.#room = createRoomPlayout({ out: this.#out, clock: systemClock })
  }

  /** A turn that was begun before anybody looked is left to the page. */
  hear(event: ReplyEvent): void {
    if (event.type === 'reply.start') this.#begin(event)
    const answer = this.#answer
    if (answer === undefined || event.turnId !== answer.turnId || event.attempt !== answer.attempt) return
    if (event.type === 'reply.delta') answer.pieces.addText(event.text)
    else if (event.type === 'reply.expression') answer.pieces.addExpression(event.name)
    else if (event.type === 'reply.end') {
      answer.pieces.end()
      if (event.status !== 'complete') answer.cut.abort(new Error('the answer was stopped'))
    }
  }

  hush(): void {
    this.#answer?.pieces.end()
    this.#answer?.cut.abort(new Error('everything is to be silent'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#answer?.cut.abort(new Error('nobody looks any more'))
    this.#answer?.pieces.end()
    await this.#answer?.spoken
    this.#room[Symbol.dispose]()
  }

  #begin({ turnId, attempt }: Pick<ReplyEvent, 'turnId' | 'attempt'>): void {
    const before = this.#answer
    before?.pieces.end()
    before?.cut.abort(new Error('a new answer begins'))
    const pieces = new AnswerPieces()
    const cut = new AbortController()
    this.#show('thinking')
    this.#answer = { turnId, attempt, pieces, cut, spoken: this.#speak(pieces, cut.signal, before?.spoken) }
  }

  async #speak(pieces: AnswerPieces, signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    await before
    const { synthesizer, voice, logger } = this.#options
    const utteranceId = randomUUID()
    this.#out.begin(utteranceId)
    const spoken = await speak(pieces.read(), {
      utteranceId,
      synthesizer,
      ...(voice === undefined ? {} : { voice }),
      room: this.#room,
      clock: systemClock,
      onStage: (event) => this.#onStage(event),
      signal,
    })
    if (spoken.status === 'failed') logger.warn('an answer could not be spoken', { error: spoken.fault })
    if (this.#answer?.pieces === pieces) this.#show('listening')
  }

  #onStage(event: StageEvent): void {
    if (event.type === 'stage.utterance.start') this.#show('speaking')
    this.#options.tell(event)
  }

  #show(state: StageState): void {
    const id = randomUUID()
    const envelope = { v: protocolVersion, id, at: Date.now(), correlationId: id } as const
    this.#options.tell({ ...envelope, type: 'stage.state', state })
  }
}
