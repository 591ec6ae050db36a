import { randomUUID } from 'node:crypto'
import type { VoiceConnection } from '@discordjs/voice'
import { protocolVersion } from '#core/protocol/envelope.ts'
import type { VoiceTranscript } from '#core/protocol/voice.ts'
import { systemClock } from '#core/voice/clock.ts'
import { openOpusEncoder } from '#core/voice/opus/opus-encoder.ts'
import type { HeardTurn, VoiceSession } from '#core/voice/session/session-ports.ts'
import { createTurnTaker, type TurnTaker } from '#core/voice/session/take-turn.ts'
import { openVoiceSession } from '#core/voice/session/voice-session.ts'
import type { CallOpening, CallPerson, CallSettings } from '../call-fields.ts'
import type { OwnVoiceState, VoiceServer } from '../worker-messages.ts'
import { CallMemory } from './call-memory.ts'
import { CallPeople } from './call-people.ts'
import { Line } from './line.ts'
import { OpusOut, type PacketSink } from './opus-out.ts'
import { Reception } from './reception.ts'
import type { WorkerParts } from './worker-parts.ts'

/** A call as the worker holds it: one voice session, and below it one connection after another. */
export class WorkerCall implements AsyncDisposable {
  readonly #opening: CallOpening
  readonly #parts: WorkerParts
  readonly #out: OpusOut
  readonly #closing = new AbortController()
  readonly #memory = new CallMemory()
  #settings: CallSettings
  #session: VoiceSession
  #people: CallPeople
  #line: Line | undefined
  #reception: Reception | undefined
  #greeting: string | undefined

  private constructor(
    opening: CallOpening,
    parts: WorkerParts,
    encoder: Awaited<ReturnType<typeof openOpusEncoder>>,
  ) {
    this.#opening = opening
    this.#parts = parts
    this.#greeting = opening.greeting
    this.#settings = opening.settings
    const sink: PacketSink = {
      send: (packet) => this.#line?.send(packet),
      endSpeaking: () => this.#line?.endSpeaking(),
    }
    this.#out = new OpusOut(encoder, sink, systemClock)
    this.#session = this.#openSession()
    this.#people = new CallPeople(this.#session, opening.people)
  }

  static async open(opening: CallOpening, parts: WorkerParts): Promise<WorkerCall> {
    return new WorkerCall(opening, parts, await openOpusEncoder())
  }

  /** Replaces the connection, if there is one. */
  join(attempt: number, channelId: string): void {
    this.#dropLine()
    const { guildId, callId } = this.#opening
    const { send, logger } = this.#parts
    this.#line = new Line({
      guildId,
      channelId,
      clock: systemClock,
      logger,
      people: () => this.#people.everybody.map(({ id }) => id),
      ask: (request) => send({ type: 'gateway.send', callId, attempt, request }),
      onNetworking: (networking, connection) => this.#receive(connection, attempt).attach(networking),
      onReady: () => this.#onReady(attempt),
      onLost: (fault) => {
        this.#dropLine()
        send({ type: 'line.lost', callId, attempt, fault })
      },
    })
  }

  onState(state: OwnVoiceState): void {
    this.#line?.onState(state)
  }

  onServer(server: VoiceServer): void {
    this.#line?.onServer(server)
  }

  setPeople(people: readonly CallPerson[]): void {
    this.#people.set(people)
    this.#line?.recognise()
    this.#reception?.listen()
  }

  /** A session is what it was opened as; the next one knows what was said, and people notice nothing. */
  async setSettings(settings: CallSettings): Promise<void> {
    const [before, everybody] = [this.#session, this.#people.everybody]
    this.#settings = settings
    this.#people[Symbol.dispose]()
    this.#session = this.#openSession()
    this.#people = new CallPeople(this.#session, everybody)
    await before[Symbol.asyncDispose]()
  }

  stop(): void {
    this.#session.stop()
  }

  async clap(): Promise<void> {
    const { callId } = this.#opening
    const playAt = await this.#session.clap()
    this.#parts.send({ type: 'call.clapped', callId, ...(playAt === undefined ? {} : { playAt }) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dropLine()
    this.#closing.abort()
    this.#people[Symbol.dispose]()
    await this.#session[Symbol.asyncDispose]()
    this.#out[Symbol.dispose]()
  }

  #onReady(attempt: number): void {
    this.#parts.send({ type: 'line.ready', callId: this.#opening.callId, attempt })
    this.#reception?.meetAll()
    if (this.#greeting !== undefined) this.#session.say(this.#greeting)
    this.#greeting = undefined
  }

  #receive(connection: VoiceConnection, attempt: number): Reception {
    if (this.#reception) return this.#reception
    const { callId } = this.#opening
    const { selfId } = this.#parts
    this.#reception = new Reception(connection, {
      isHeard: (userId) => this.#people.isHeard(userId),
      isKnown: (userId) => userId === selfId || this.#people.everybody.some(({ id }) => id === userId),
      onStranger: (userId) => this.#parts.send({ type: 'call.stranger', callId, userId }),
      senders: () => this.#people.senders(),
      onPacket: (userId, header, packet) => this.#people.take(userId, header, packet),
      onDeaf: (reason) => this.#parts.send({ type: 'line.deaf', callId, attempt, reason }),
    })
    this.#reception.listen()
    return this.#reception
  }

  #dropLine(): void {
    this.#reception?.[Symbol.dispose]()
    this.#line?.[Symbol.dispose]()
    this.#reception = undefined
    this.#line = undefined
  }

  #openSession(): VoiceSession {
    const { callId, guildId, channelId } = this.#opening
    const settings = this.#settings
    const { inference, vad, endpointing, logger, persona, send } = this.#parts
    const { signal } = this.#closing
    const { recall } = this.#memory
    const taker = createTurnTaker({ ...this.#parts, platform: 'discord', signal, recall })
    return openVoiceSession({
      id: callId,
      place: { kind: 'guild', id: channelId, guildId },
      inference,
      streamingTranscriber: inference.streamingTranscriber,
      vad,
      endpointing,
      out: this.#out,
      clock: systemClock,
      takeTurn: taker.takeTurn,
      onHeard: (turn) => this.#onHeard(turn, taker),
      onStage: (event) => send({ type: 'call.stage', callId, event }),
      onTurn: ({ outcome, speculation, underruns, frameJitterMs, times }) =>
        send({
          type: 'call.turn',
          callId,
          turn: { outcome, speculation, underruns, frameJitterMs, times: { ...times } },
        }),
      onNotice: (sentence) => send({ type: 'call.notice', callId, sentence }),
      settings: {
        names: [persona.name, ...(persona.name === 'Lumi' ? ['ルミ'] : [])],
        voice: settings.voice ?? persona.voice,
        language: settings.language,
      },
      logger: logger.child({ callId, guildId }),
      signal,
    })
  }

  /** Words are kept of those who agreed; what could not be spoken is written. */
  async #onHeard(turn: HeardTurn, taker: TurnTaker): Promise<void> {
    const { send } = this.#parts
    const { callId } = this.#opening
    if (turn.status === 'failed' && turn.answerText !== '')
      send({ type: 'call.notice', callId, sentence: turn.answerText.slice(0, 4_000) })
    if (!this.#people.allowsTranscripts(turn.request.person.id)) {
      if (turn.status !== 'quiet') this.#memory.add(turn)
      return
    }
    for (const transcript of transcriptsOf(callId, turn))
      send({ type: 'call.transcript', callId, transcript })
    await taker.onHeard(turn)
  }
}

function* transcriptsOf(sessionId: string, { request, heardText }: HeardTurn): Generator<VoiceTranscript> {
  const { person, turnId, text, at } = request
  const now = Date.now()
  const common = {
    v: protocolVersion,
    correlationId: turnId,
    at: now,
    type: 'voice.transcript',
    sessionId,
  } as const
  const speaker = { kind: 'person', platformUserId: person.id, displayName: person.displayName } as const
  yield { ...common, id: randomUUID(), speaker, text: text.slice(0, 8_000), startedAt: at, endedAt: now }
  if (heardText === '') return
  const answer = { text: heardText.slice(0, 8_000), startedAt: now, endedAt: now }
  yield { ...common, id: randomUUID(), speaker: { kind: 'companion' }, ...answer }
}
