import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'
import { strings } from '../strings.ts'
import { isAbort } from '../tasks.ts'
import type { CallPerson, CallSettings } from './call-fields.ts'
import { disconnectedCode, finalSentence } from './close-codes.ts'
import { type JoinBudget, rejoinDelayMs, usualRejoinDelaysMs } from './join-budget.ts'
import { type LineEnd, mayStillBeThere } from './line-end.ts'
import type { MediaWorker } from './media-worker.ts'
import type {
  FromWorker,
  OwnVoiceState,
  TurnSummary,
  VoiceServer,
  VoiceStateRequest,
} from './worker-messages.ts'

/** What a call needs from the bot around it. */
export interface CallSurroundings {
  readonly logger: Logger
  /** Resolves when the gateway connection of the guild is up. */
  whenReachable(guildId: string, signal: AbortSignal): Promise<void>
  ask(guildId: string, request: VoiceStateRequest['d']): Promise<void>
  /** The worker that holds calls now; started if there is none. */
  worker(): MediaWorker
  people(guildId: string, channelId: string): CallPerson[]
  /** Writes a sentence where the call was asked for. */
  tell(call: GuildCall, sentence: string): void
  /** It is connected, also again. */
  onLive(call: GuildCall): void
  onOver(call: GuildCall): void
  readonly timing: CallTiming
}

export interface CallTiming {
  /** Until the first connection; Discord gives no answer at all when a channel is full. */
  readonly joinWithinMs: number
  /** After everybody left, until we do. */
  readonly aloneMs: number
  /** How long a lost connection is sought. */
  readonly giveUpAfterMs: number
  /** Before the first try to come back, the second, …; the last one repeats. */
  readonly rejoinDelaysMs: readonly number[]
}

export const usualTiming: CallTiming = {
  joinWithinMs: 12_000,
  aloneMs: 30_000,
  giveUpAfterMs: 20 * 60_000,
  rejoinDelaysMs: usualRejoinDelaysMs,
}

export interface CallPlan {
  readonly guildId: string
  readonly channelId: string
  /** Where the people of the call read sentences. */
  readonly textChannelId: string
  readonly settings: CallSettings
  readonly staysWhenAlone: boolean
  readonly greeting: string | undefined
}

export interface JoinOutcome {
  readonly isDone: boolean
  readonly sentence: string
}

/** A connection that held so long was a good one: the next loss is a first one again. */
const provenAfterMs = 10_000
/** Between our voice state being taken away and the socket saying why, whichever comes first. */
const settleMs = 1_500
const maxDeafRejoins = 2
const deafWindowMs = 5 * 60_000
const noticeAfterFailures = 4

/**
 * The will to be in one voice channel of a guild, until it is over. Connections come and go below it, media workers, too;
 * a call is joined again until people send it away, everybody has left, or Discord says that it is over.
 */
export class GuildCall {
  readonly id = randomUUID()
  readonly plan: CallPlan
  readonly startedAt = Date.now()
  lastTurn: TurnSummary | undefined
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
  #deafRejoins: number[] = []
  #hasGreeted = false
  #aloneTimer: NodeJS.Timeout | undefined
  #droppedTimer: NodeJS.Timeout | undefined
  readonly #around: CallSurroundings
  readonly #budget: JoinBudget
  readonly #over = new AbortController()
  readonly #joined = Promise.withResolvers<JoinOutcome>()

  constructor(plan: CallPlan, budget: JoinBudget, around: CallSurroundings) {
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
    clearTimeout(this.#aloneTimer)
    clearTimeout(this.#droppedTimer)
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
    if (isAlone && !this.#staysWhenAlone) this.#aloneTimer ??= this.#leaveSoon()
    else {
      clearTimeout(this.#aloneTimer)
      this.#aloneTimer = undefined
    }
  }

  onOwnState(state: OwnVoiceState): void {
    if (state.channel_id !== null) {
      this.#channelId = state.channel_id
      this.#worker?.send({ type: 'gateway.state', callId: this.id, state })
      this.notePeople()
      return
    }
    if (this.#state !== 'live') return
    // Taken out by a moderator, or a connection that Discord has given up: then its socket closes with a code that says so.
    this.#droppedTimer ??= setTimeout(() => this.end(finalSentence(disconnectedCode)), settleMs)
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

  /** A new connection helps or does not; more of them than a few would only disturb those who are heard. */
  #onDeaf(reason: string): void {
    const now = performance.now()
    this.#deafRejoins = this.#deafRejoins.filter((at) => now - at < deafWindowMs)
    const helps = this.#deafRejoins.length < maxDeafRejoins
    this.#around.logger.warn('somebody in a call cannot be heard', { guildId: this.guildId, reason, helps })
    if (!helps) return
    this.#deafRejoins.push(now)
    this.#line?.resolve({ kind: 'deaf' })
  }

  async #stay(): Promise<void> {
    const { signal } = this.#over
    let lastEnd: LineEnd | undefined
    let failures = 0
    let lostAt = performance.now()
    for (;;) {
      const startedAt = performance.now()
      lastEnd = await this.#connect(lastEnd)
      const wasLive = this.#state === 'live'
      if (wasLive) {
        this.#state = 'joining'
        lostAt = performance.now()
      }
      clearTimeout(this.#droppedTimer)
      this.#droppedTimer = undefined
      this.#around.logger.info('a call lost its connection', { guildId: this.guildId, end: lastEnd })
      const final = lastEnd.kind === 'closed' ? finalSentence(lastEnd.code) : undefined
      if (final !== undefined) return this.end(final)
      if (performance.now() - lostAt > this.#around.timing.giveUpAfterMs) return this.end(strings.callLost)
      if (wasLive && performance.now() - startedAt > provenAfterMs) failures = 0
      if (failures === noticeAfterFailures) this.#around.tell(this, strings.callSearching)
      const { rejoinDelaysMs } = this.#around.timing
      await sleep(rejoinDelayMs(failures++, rejoinDelaysMs), undefined, { signal })
    }
  }

  /** One connection, from asking for it to its end. */
  async #connect(lastEnd: LineEnd | undefined): Promise<LineEnd> {
    const { signal } = this.#over
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

  #leaveSoon(): NodeJS.Timeout {
    return setTimeout(() => {
      this.wasSentAway = false
      this.end()
    }, this.#around.timing.aloneMs)
  }

  #giveUpJoining(): void {
    if (!this.#hasGreeted) this.end(strings.callNoAnswer)
  }

  async #leave(): Promise<void> {
    const nowhere = { guild_id: this.guildId, channel_id: null, self_deaf: false, self_mute: false }
    await this.#around.ask(this.guildId, nowhere)
  }
}

/** Why whatever waits in a call that is over ends. */
class CallOverError extends Error {
  override readonly name = 'CallOverError'
}
