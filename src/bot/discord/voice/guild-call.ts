import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { strings } from '../strings.ts'
import { isAbort } from '../tasks.ts'
import { Budget } from './budget.ts'
import type { CallPerson, CallSettings } from './call-fields.ts'
import type { CallPlan, CallSurroundings, JoinOutcome } from './call-plan.ts'
import { ClapRequest } from './clap-request.ts'
import { disconnectedCode, finalSentence } from './close-codes.ts'
import { Countdown } from './countdown.ts'
import { type LineEnd, mayStillBeThere } from './line-end.ts'
import type { MediaWorker } from './media-worker.ts'
import { rejoinDelayMs } from './rejoin-pace.ts'
import type { FromWorker, OwnVoiceState, TurnSummary, VoiceServer } from './worker-messages.ts'

/** A connection that held so long was a good one: the next loss is a first one again. */
const provenAfterMs = 10_000
/** Between our voice state being taken away and the socket saying why, whichever comes first. */
const settleMs = 1_500
const noticeAfterFailures = 4

/**
 * The will to be in one voice channel of a guild, until it is over. Connections come and go below it, media workers, too;
 * a call is joined again until people send it away, everybody has left, or Discord says that it is over.
 */
export class GuildCall {
  readonly id = randomUUID()
  readonly plan: CallPlan
  lastTurn: TurnSummary | undefined
  readonly clapping = new ClapRequest()
  /** It was not for want of people that it ended. */
  wasSentAway = true
  #channelId: string
  #settings: CallSettings
  #staysWhenAlone: boolean
  #state: 'joining' | 'live' | 'over' = 'joining'
  #attempt = 0
  #requestedAttempt = 0
  #line: PromiseWithResolvers<LineEnd> | undefined
  #worker: MediaWorker | undefined
  #hasGreeted = false
  /** New connections help the deaf, or do not; more than a few would only disturb those who are heard. */
  readonly #deafRejoins = new Budget(2, 5 * 60_000)
  readonly #alone = new Countdown()
  readonly #dropped = new Countdown()
  readonly #around: CallSurroundings
  readonly #budget: Budget
  readonly #over = new AbortController()
  readonly #joined = Promise.withResolvers<JoinOutcome>()

  constructor(plan: CallPlan, budget: Budget, around: CallSurroundings) {
    this.plan = plan
    this.#channelId = plan.channelId
    this.#settings = plan.settings
    this.#staysWhenAlone = plan.staysWhenAlone
    this.#budget = budget
    this.#around = around
  }

  get guildId(): string {
    return this.plan.guildId
  }

  /** Where we are, or want to be; moderators may move us. */
  get channelId(): string {
    return this.#channelId
  }

  get isLive(): boolean {
    return this.#state === 'live'
  }

  /** Settles with the first connection, or with why there is none. */
  get joined(): Promise<JoinOutcome> {
    return this.#joined.promise
  }

  /** Joins and stays; resolves when the call is over. */
  async run(): Promise<void> {
    const { joinWithinMs } = this.#around.timing
    const deadline = setTimeout(() => this.#giveUpJoining(), joinWithinMs)
    try {
      await this.#stay()
    } catch (error) {
      if (!isAbort(error) && error !== this.#over.signal.reason) {
        this.#around.logger.error('a call failed', { guildId: this.guildId, error })
        this.end(strings.callFailed)
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  /** Leaves; the sentence, if any, is for the people who were in the call, or who asked for it. */
  end(sentence?: string): void {
    if (this.#state === 'over') return
    const wasJoined = this.#state === 'live' || this.#hasGreeted
    this.#state = 'over'
    this.#alone.callOff()
    this.#dropped.callOff()
    const reason = new CallOverError()
    this.#over.abort(reason)
    this.#line?.reject(reason)
    this.#worker?.send({ type: 'call.close', callId: this.id })
    this.#leave().catch(() => undefined)
    this.#joined.resolve({ isDone: false, sentence: sentence ?? strings.callLeft })
    if (sentence !== undefined && wasJoined) this.#around.tell(this, sentence)
    this.#around.onOver(this)
  }

  stop(): void {
    this.#worker?.send({ type: 'call.stop', callId: this.id })
  }

  /** Resolves with when the clap is heard, in milliseconds since the epoch; undefined when it is not. */
  async clap(): Promise<number | undefined> {
    if (this.#state !== 'live') return undefined
    return await this.clapping.ask(() => this.#worker?.send({ type: 'call.clap', callId: this.id }))
  }

  change(settings: CallSettings, staysWhenAlone: boolean): void {
    this.#settings = settings
    this.#staysWhenAlone = staysWhenAlone
    this.#worker?.send({ type: 'call.settings', callId: this.id, settings })
    this.notePeople()
  }

  /** Call when somebody came, left, was muted, or chose anew whether to be heard. */
  notePeople(): void {
    if (this.#state === 'over') return
    const people = this.#people()
    this.#worker?.send({ type: 'call.people', callId: this.id, people })
    const isAlone = !people.some(({ isBot }) => !isBot)
    if (isAlone && !this.#staysWhenAlone)
      this.#alone.start(this.#around.timing.aloneMs, () => this.#leaveAlone())
    else this.#alone.callOff()
  }

  onOwnState(state: OwnVoiceState): void {
    if (state.channel_id !== null) {
      this.#channelId = state.channel_id
      this.#dropped.callOff()
      this.#worker?.send({ type: 'gateway.state', callId: this.id, state })
      this.notePeople()
      return
    }
    if (this.#state !== 'live') return
    // Taken out by a moderator, or a connection that Discord has given up: then its socket closes with a code that says so.
    this.#dropped.start(settleMs, () => this.end(finalSentence(disconnectedCode)))
  }

  onServer(server: VoiceServer): void {
    this.#worker?.send({ type: 'gateway.server', callId: this.id, server })
  }

  /** The gateway began a new session, which holds no voice state: the line will not live long. */
  onGatewayReset(): void {
    if (this.#state === 'live') this.#line?.resolve({ kind: 'fault' })
  }

  onWorkerLost(worker: MediaWorker): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#line?.resolve({ kind: 'worker' })
  }

  /** One request to join for each of our attempts; the library's own are not let through. */
  mayRequest(attempt: number): boolean {
    if (this.#state === 'over' || attempt !== this.#attempt || this.#requestedAttempt === attempt)
      return false
    this.#requestedAttempt = attempt
    return true
  }

  onLine(message: Extract<FromWorker, { type: 'line.ready' | 'line.lost' | 'line.deaf' }>): void {
    if (message.attempt !== this.#attempt || this.#state === 'over') return
    if (message.type === 'line.lost') this.#line?.resolve(message.fault)
    else if (message.type === 'line.deaf') this.#onDeaf(message.reason)
    else this.#onReady()
  }

  #onReady(): void {
    this.#state = 'live'
    this.#hasGreeted = true
    this.#joined.resolve({ isDone: true, sentence: '' })
    this.#around.onLive(this)
    this.notePeople()
  }

  #onDeaf(reason: string): void {
    const isTriedAgain = this.#deafRejoins.take()
    const { guildId } = this
    this.#around.logger.warn('somebody in a call cannot be heard', { guildId, reason, isTriedAgain })
    if (isTriedAgain) this.#line?.resolve({ kind: 'deaf' })
  }

  async #stay(): Promise<void> {
    const { logger, timing } = this.#around
    let lastEnd: LineEnd | undefined
    let failures = 0
    let lostAt = performance.now()
    for (;;) {
      const startedAt = performance.now()
      lastEnd = await this.#connect(lastEnd)
      logger.info('a call lost its connection', { guildId: this.guildId, end: lastEnd })
      if (this.#wasLive()) {
        lostAt = performance.now()
        if (lostAt - startedAt > provenAfterMs) failures = 0
      }
      const isGivenUp = performance.now() - lostAt > timing.giveUpAfterMs
      const sentence = isGivenUp ? strings.callLost : sentenceFor(lastEnd)
      if (sentence !== undefined) return this.end(sentence)
      if (failures === noticeAfterFailures) this.#around.tell(this, strings.callSearching)
      const delayMs = rejoinDelayMs(failures++, timing.rejoinDelaysMs)
      await sleep(delayMs, undefined, { signal: this.#over.signal })
    }
  }

  /** The line is gone now. */
  #wasLive(): boolean {
    const wasLive = this.#state === 'live'
    if (wasLive) this.#state = 'joining'
    this.#dropped.callOff()
    return wasLive
  }

  /** One connection, from asking for it to its end. */
  async #connect(lastEnd: LineEnd | undefined): Promise<LineEnd> {
    const { signal } = this.#over
    signal.throwIfAborted()
    await this.#around.whenReachable(this.guildId, signal)
    while (!this.#budget.take()) await sleep(this.#budget.waitMs, undefined, { signal })
    if (mayStillBeThere(lastEnd)) await this.#leave()
    const worker = this.#openIn(this.#around.worker())
    const line = Promise.withResolvers<LineEnd>()
    this.#line = line
    this.#attempt++
    worker.send({ type: 'call.join', callId: this.id, attempt: this.#attempt, channelId: this.#channelId })
    return await line.promise
  }

  /** A worker that took the place of another one knows nothing of us. */
  #openIn(worker: MediaWorker): MediaWorker {
    if (this.#worker === worker) return worker
    this.#worker = worker
    const { guildId, greeting } = this.plan
    const opening = {
      callId: this.id,
      guildId,
      channelId: this.#channelId,
      settings: this.#settings,
      people: this.#people(),
      ...(greeting === undefined || this.#hasGreeted ? {} : { greeting }),
    }
    worker.send({ type: 'call.open', call: opening })
    return worker
  }

  #people(): CallPerson[] {
    return this.#around.people(this.guildId, this.#channelId)
  }

  #leaveAlone(): void {
    this.wasSentAway = false
    this.end()
  }

  #giveUpJoining(): void {
    if (!this.#hasGreeted) this.end(strings.callNoAnswer)
  }

  async #leave(): Promise<void> {
    const nowhere = { guild_id: this.guildId, channel_id: null, self_deaf: false, self_mute: false }
    await this.#around.ask(this.guildId, nowhere)
  }
}

/** Why there is no coming back from this end, for people; undefined when there is. */
function sentenceFor(end: LineEnd): string | undefined {
  return end.kind === 'closed' ? finalSentence(end.code) : undefined
}

/** Why whatever waits in a call that is over ends. */
class CallOverError extends Error {
  override readonly name = 'CallOverError'
}
