import type { Bus } from '#core/bus/bus.ts'
import { discordStage } from '#core/protocol/stage-id.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { RecentMap } from '../recent-map.ts'
import { strings } from '../strings.ts'
import type { Tasks } from '../tasks.ts'
import type { Budget } from './budget.ts'
import type { CallPerson } from './call-fields.ts'
import type { CallPlan, CallSurroundings, CallTiming, JoinOutcome } from './call-plan.ts'
import type { Consents } from './consents.ts'
import { GuildCall } from './guild-call.ts'
import { MediaHost } from './media-host.ts'
import { publishTranscript } from './publish-transcript.ts'
import { openJoinBudget } from './rejoin-pace.ts'
import type { RunningCall } from './running-calls.ts'
import type { ShardLink } from './shard-link.ts'
import { StagePublisher } from './stage-publisher.ts'
import type { VoiceStates } from './voice-states.ts'
import type { FromWorker, OwnVoiceState, VoiceServer, WorkerSetup } from './worker-messages.ts'

export interface VoiceCallsOptions {
  readonly setup: WorkerSetup
  readonly link: ShardLink
  readonly states: VoiceStates
  readonly consents: Consents
  readonly bus: Bus
  readonly tasks: Tasks
  readonly logger: Logger
  readonly timing: CallTiming
  /** Writes to a channel; never rejects. */
  post(channelId: string, sentence: string): Promise<void>
  /** For the next process, should this one end in the middle of the call. */
  keep(call: RunningCall): Promise<void>
  forget(guildId: string): Promise<void>
  /** Asks who somebody is whom the gateway did not tell us of; resolves with whether they are known now. */
  meet(stranger: { guildId: string; channelId: string; userId: string }): Promise<boolean>
}

const tellAgainMs = 24 * 3_600_000

/** All voice calls of this bot: at most one for each guild. */
export class VoiceCalls implements AsyncDisposable {
  readonly #options: VoiceCallsOptions
  readonly #host: MediaHost
  readonly #around: CallSurroundings
  readonly #calls = new Map<string, GuildCall>()
  readonly #stages = new Map<string, StagePublisher>()
  readonly #budgets = new Map<string, Budget>()
  /** The channel of each guild that we were sent away from. */
  readonly #sentAway = new RecentMap<string, string>(10_000)
  /** Who was told lately that we listen. */
  readonly #told = new RecentMap<string, number>(10_000)
  #isClosed = false

  constructor(options: VoiceCallsOptions) {
    const { setup, logger, link, timing, tasks, post } = options
    this.#options = options
    this.#host = new MediaHost({
      setup,
      logger,
      onMessage: (message) => this.#onMessage(message),
      onLost: (worker, isFinal) => {
        for (const call of this.#calls.values()) {
          if (isFinal) call.end(strings.callFailed)
          else call.onWorkerLost(worker)
        }
      },
    })
    this.#around = {
      logger,
      timing,
      whenReachable: link.whenReachable,
      ask: link.ask,
      worker: () => this.#host.use(),
      people: (guildId, channelId) => this.#people(guildId, channelId),
      tell: ({ plan }, sentence) => tasks.run('call notice', () => post(plan.textChannelId, sentence)),
      onLive: ({ guildId, channelId, plan: { textChannelId } }) =>
        tasks.run('call record', () => options.keep({ guildId, channelId, textChannelId })),
      onOver: (call) => this.#onOver(call),
    }
  }

  /** Undefined while no call runs or ran lately. */
  get workerPid(): number | undefined {
    return this.#host.pid
  }

  callIn(guildId: string): GuildCall | undefined {
    return this.#calls.get(guildId)
  }

  /** Joins a channel; settles when we are there, or with why not. Another call of that guild ends. */
  async join(plan: CallPlan): Promise<JoinOutcome> {
    const { guildId, channelId } = plan
    if (this.#isClosed) return { isDone: false, sentence: strings.callFailed }
    this.#calls.get(guildId)?.end()
    const call = new GuildCall(plan, this.#budgetOf(guildId), this.#around)
    this.#calls.set(guildId, call)
    const { states, consents, tasks } = this.#options
    const present = states.inChannel(guildId, channelId)
    for (const { userId } of present) this.#told.set(`${guildId} ${userId}`, Date.now())
    await Promise.all(present.map(({ userId }) => consents.refresh(userId)))
    tasks.run('voice call', () => call.run())
    return await call.joined
  }

  wasSentAway(guildId: string, channelId: string): boolean {
    return this.#sentAway.get(guildId) === channelId
  }

  forgetSentAway(guildId: string, channelId: string): void {
    if (this.wasSentAway(guildId, channelId)) this.#sentAway.delete(guildId)
  }

  leave(guildId: string): boolean {
    const call = this.#calls.get(guildId)
    call?.end()
    return call !== undefined
  }

  stop(guildId: string): boolean {
    const call = this.#calls.get(guildId)
    call?.stop()
    return call !== undefined
  }

  /** Silence first, in all of them: leaving takes a moment. */
  leaveAll(): boolean {
    const guilds = [...this.#calls.keys()]
    for (const guildId of guilds) this.stop(guildId)
    for (const guildId of guilds) this.leave(guildId)
    return guilds.length > 0
  }

  onOwnState(state: OwnVoiceState): void {
    this.#calls.get(state.guild_id)?.onOwnState(state)
  }

  onServer(server: VoiceServer): void {
    this.#calls.get(server.guild_id)?.onServer(server)
  }

  /** Somebody entered, left, was muted. */
  async onPresence(guildId: string, userId: string): Promise<void> {
    const call = this.#calls.get(guildId)
    if (call === undefined) return
    call.notePeople()
    const { states, consents } = this.#options
    const presence = states.find(guildId, userId)
    if (presence?.channelId !== call.channelId) return
    if (!presence.isBot && call.isLive) this.#tellListening(call, userId)
    if (await consents.refresh(userId)) call.notePeople()
  }

  /** Somebody chose anew whether to be heard; it holds for calls that run. */
  async onConsent(userId: string): Promise<void> {
    await this.#options.consents.refresh(userId)
    for (const call of this.#calls.values()) call.notePeople()
  }

  /** GUILD_CREATE after the gateway began anew: our voice state went with the old session, unless it is listed. */
  onGuild(guildId: string, isStillThere: boolean): void {
    const call = this.#calls.get(guildId)
    if (isStillThere) call?.notePeople()
    else call?.onGatewayReset()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    for (const call of this.#calls.values()) call.end()
    await this.#host[Symbol.asyncDispose]()
  }

  #people(guildId: string, channelId: string): CallPerson[] {
    const { states, consents, setup } = this.#options
    return states
      .inChannel(guildId, channelId)
      .filter(({ userId }) => userId !== setup.selfId)
      .map(({ userId, displayName, isBot, isMuted, isSuppressed }) => ({
        id: userId,
        displayName,
        isBot,
        isMuted: isMuted || isSuppressed,
        ...consents.of(userId),
      }))
  }

  #onMessage(message: FromWorker): void {
    if (message.type === 'worker.alive') return
    const call = [...this.#calls.values()].find(({ id }) => id === message.callId)
    if (call !== undefined) this.#handle(call, message)
  }

  #handle(call: GuildCall, message: Exclude<FromWorker, { type: 'worker.alive' }>): void {
    switch (message.type) {
      case 'call.stranger':
        this.#options.tasks.run('stranger', () => this.#meet(call, message.userId))
        break
      case 'gateway.send':
        if (call.mayRequest(message.attempt)) this.#request(call, message.request.d)
        break
      case 'call.stage':
        this.#stageOf(call.guildId).publish(message.event)
        break
      case 'call.clapped':
        call.clapping.settle(message.playAt)
        break
      case 'call.turn':
        call.lastTurn = message.turn
        break
      case 'call.notice':
        this.#around.tell(call, message.sentence)
        break
      case 'call.transcript':
        this.#publish(message.transcript)
        break
      default:
        call.onLine(message)
    }
  }

  /** Whoever comes later has not read that we listen; once a day is enough. */
  #tellListening({ guildId, channelId }: GuildCall, userId: string): void {
    const key = `${guildId} ${userId}`
    if (Date.now() - (this.#told.get(key) ?? 0) < tellAgainMs) return
    this.#told.set(key, Date.now())
    const { tasks, post, setup } = this.#options
    tasks.run('call notice', () => post(channelId, strings.callNewcomer(setup.persona.name)))
  }

  async #meet({ guildId, channelId }: GuildCall, userId: string): Promise<void> {
    if (await this.#options.meet({ guildId, channelId, userId })) await this.onPresence(guildId, userId)
  }

  #request(call: GuildCall, request: Parameters<ShardLink['ask']>[1]): void {
    const { tasks, link } = this.#options
    tasks.run('request to join', () => link.ask(call.guildId, { ...request, guild_id: call.guildId }))
  }

  #publish(transcript: Parameters<typeof publishTranscript>[1]): void {
    const { tasks, bus, logger } = this.#options
    tasks.run('transcript', () => publishTranscript({ bus, logger }, transcript))
  }

  #stageOf(guildId: string): StagePublisher {
    const { bus, tasks, logger } = this.#options
    const known = this.#stages.get(guildId)
    if (known) return known
    const stage = new StagePublisher({ stage: discordStage(guildId), bus, tasks, logger })
    this.#stages.set(guildId, stage)
    return stage
  }

  /** Outlives calls, so that leaving and joining again is no way around it. */
  #budgetOf(guildId: string): Budget {
    const budget = this.#budgets.get(guildId) ?? openJoinBudget()
    this.#budgets.set(guildId, budget)
    return budget
  }

  #onOver(call: GuildCall): void {
    const { guildId } = call
    if (this.#calls.get(guildId) !== call) return
    this.#calls.delete(guildId)
    if (call.wasSentAway) this.#sentAway.set(guildId, call.channelId)
    this.#stages.get(guildId)?.leave()
    this.#stages.delete(guildId)
    // A process that ends leaves its calls to the next one.
    if (!this.#isClosed) this.#options.tasks.run('call record', () => this.#options.forget(guildId))
    if (this.#calls.size === 0) this.#host.release()
  }
}
