import { VoiceOpcodes } from 'discord-api-types/voice/v8'
import type { Ledger } from '../../ledger.ts'
import { splitCommitWelcome } from './commit-welcome.ts'
import type { DaveBehaviour } from './dave-behaviour.ts'
import { type Change, ExternalSender } from './external-sender.ts'
import { Leaves } from './leaves.ts'
import { DaveMember } from './member.ts'
import { uint16 } from './mls-bytes.ts'
import { planRound, type Round } from './round.ts'
import { Transitions } from './transitions.ts'

/** The bot's socket, as far as the group needs it. */
export interface BotLink {
  send(op: number, d: object): void
  sendBinary(op: number, payload: Uint8Array): void
}

export interface DaveGroupOptions {
  readonly channelId: string
  readonly botId: string
  readonly behaviour: DaveBehaviour
  readonly ledger: Ledger
  /** The bot is told of a newcomer now, if it was not before. */
  readonly announce: (userId: string) => void
}

/** A round whose commit the bot should make. */
interface PendingRound {
  readonly round: Round
  readonly proposals: Buffer
  readonly fallback: NodeJS.Timeout
}

/** The MLS group of one call: the delivery service that a voice gateway is, and the people's ends of it. */
export class DaveGroup implements Disposable {
  readonly people = new Map<string, DaveMember>()
  readonly #options: DaveGroupOptions
  readonly #sender: ExternalSender
  #bot: BotLink | undefined
  #botKeyPackage: Buffer | undefined
  #botHasSender = false
  #epoch = 0n
  #current: string[] = []
  #liveSince: number | undefined
  /** In the group, but with keys that are no good any more: they must be removed and added again. */
  readonly #stale = new Set<string>()
  readonly #leaves = new Leaves()
  #pending: PendingRound | undefined
  readonly #transitions: Transitions

  constructor(options: DaveGroupOptions) {
    this.#options = options
    this.#sender = new ExternalSender(options.channelId)
    this.#transitions = new Transitions(options.behaviour)
  }

  get epoch(): bigint {
    return this.#epoch
  }

  /** Since when (performance.now) people encrypt for the bot: it is in the group and has followed there. */
  get liveSince(): number | undefined {
    return this.#liveSince
  }

  /** Who is in the group now. */
  get members(): readonly string[] {
    return this.#current
  }

  personEnters(userId: string): void {
    this.people.set(userId, new DaveMember(userId, this.#options.channelId, this.#sender.package))
    if (this.#current.includes(userId)) this.#stale.add(userId)
    this.#reconcile()
  }

  personLeaves(userId: string): void {
    this.people.delete(userId)
    this.#reconcile()
  }

  /** After op 4. The key package follows by itself. */
  botEnters(bot: BotLink): void {
    this.#bot = bot
    if (this.#options.behaviour.externalSender === 'at-once') this.#giveSender()
  }

  botLeaves(): void {
    this.#bot = undefined
    this.#botKeyPackage = undefined
    this.#botHasSender = false
    this.#liveSince = undefined
    this.#transitions.clear()
    this.#reconcile()
  }

  /** Op 26: the bot wants to be added; when it is in the group already, its old self must go. */
  botSendsKeyPackage(keyPackage: Buffer): void {
    this.#botKeyPackage = Buffer.from(keyPackage)
    if (this.#current.includes(this.#options.botId)) this.#stale.add(this.#options.botId)
    this.#reconcile()
  }

  /** Op 28. Too late when a person's commit counted already. */
  botCommits(payload: Buffer): void {
    const pending = this.#pending
    this.#options.ledger.append({ type: 'voice.dave.bot-commit', counts: pending !== undefined })
    if (pending === undefined) return
    this.#stopPending()
    const { commit, welcome } = splitCommitWelcome(payload)
    for (const id of this.#peopleIn(pending.round.staying)) this.people.get(id)?.propose(pending.proposals)
    this.#apply(pending.round, commit, welcome)
  }

  /** Op 31: the bot could not follow. Its next key package brings it back. */
  botIsLost(transitionId: number): void {
    this.#options.ledger.append({ type: 'voice.dave.invalid', transitionId })
  }

  /** Op 23 */
  botIsReady(transitionId: number): void {
    this.#options.ledger.append({ type: 'voice.dave.ready', transitionId })
    if (!this.#transitions.isReady(transitionId)) return
    this.#bot?.send(VoiceOpcodes.DaveExecuteTransition, { transition_id: transitionId })
  }

  /** Op 21 to version 0; `then` when the bot has followed. */
  downgrade(then: () => void): void {
    const transitionId = this.#transitions.begin(then)
    this.#bot?.send(VoiceOpcodes.DavePrepareTransition, { transition_id: transitionId, protocol_version: 0 })
  }

  /** Op 24, epoch 1: everybody begins anew. */
  upgrade(): void {
    this.#dissolve()
    this.#botKeyPackage = undefined
    this.#bot?.send(VoiceOpcodes.DavePrepareEpoch, { epoch: 1, protocol_version: 1 })
    this.#botHasSender = false
    if (this.#options.behaviour.externalSender === 'at-once') this.#giveSender()
  }

  [Symbol.dispose](): void {
    this.#stopPending()
    this.#bot = undefined
  }

  get #wanted(): string[] {
    const bot = this.#bot !== undefined && this.#botKeyPackage !== undefined ? [this.#options.botId] : []
    return [...this.people.keys(), ...bot]
  }

  #reconcile(): void {
    this.#stopPending()
    const { botId, behaviour } = this.#options
    const wanted = this.#wanted
    if (!this.#current.some((id) => wanted.includes(id) && !this.#stale.has(id))) this.#dissolve()
    const prefersToCommit = (id: string) => (id === botId) === (behaviour.committer === 'bot')
    const round = planRound({ wanted, current: this.#current, stale: this.#stale, prefersToCommit })
    if (round !== undefined) this.#begin(round)
  }

  #begin(round: Round): void {
    const { botId, behaviour } = this.#options
    const proposals = this.#sender.propose(this.#epoch, this.#changes(round))
    if (round.staying.includes(botId)) this.#propose(proposals)
    if (behaviour.announces === 'after') for (const id of round.added) this.#options.announce(id)
    if (round.committer === botId) this.#awaitBot(round, proposals)
    else this.#commitByPerson(round, proposals)
  }

  #changes({ removed, added }: Round): Change[] {
    return [
      ...removed.map((id): Change => ({ type: 'remove', leaf: this.#leaves.of(id) })),
      ...added.map((id): Change => ({ type: 'add', keyPackage: this.#keyPackageOf(id) })),
    ]
  }

  #awaitBot(round: Round, proposals: Buffer): void {
    const { botCommitsWithinMs } = this.#options.behaviour
    const fallback = setTimeout(() => this.#givenUp(round, proposals), botCommitsWithinMs).unref()
    this.#pending = { round, proposals, fallback }
  }

  /** The bot did not commit in time; a person does, where one is in the group. */
  #givenUp(round: Round, proposals: Buffer): void {
    this.#stopPending()
    const [committer] = this.#peopleIn(round.staying)
    if (committer !== undefined) this.#commitByPerson({ ...round, committer }, proposals)
  }

  #commitByPerson(round: Round, proposals: Buffer): void {
    const results = this.#peopleIn(round.staying).map((id) => ({
      id,
      result: this.people.get(id)?.propose(proposals),
    }))
    const result = results.find(({ id }) => id === round.committer)?.result
    if (result?.commit === undefined) throw new Error(`${round.committer} made no commit`)
    this.#apply(round, result.commit, result.welcome)
  }

  /** The commit that counts: members follow it, newcomers get the Welcome. */
  #apply(round: Round, commit: Buffer, welcome: Buffer | undefined): void {
    const { botId, ledger } = this.#options
    for (const id of this.#peopleIn(round.staying)) this.people.get(id)?.commit(commit)
    if (welcome !== undefined)
      for (const id of this.#peopleIn(round.added)) this.people.get(id)?.welcome(welcome)
    this.#seat(round)
    this.#epoch += 1n
    const transitionId = this.#tellBot(round, commit, welcome)
    const members = [...this.#current]
    const by = round.committer === botId ? 'bot' : 'person'
    ledger.append({ type: 'voice.dave.epoch', epoch: Number(this.#epoch), by, transitionId, members })
  }

  #seat({ staying, added, removed, isFirst }: Round): void {
    const { botId } = this.#options
    this.#current = [...staying, ...added]
    for (const id of removed) this.#leaves.delete(id)
    for (const id of added) this.#stale.delete(id)
    for (const id of this.#peopleIn(this.#current)) this.#leaves.set(id, this.people.get(id)?.leaf ?? -1)
    if (added.includes(botId) || (isFirst && staying.includes(botId))) this.#leaves.setLeftmostFree(botId)
  }

  #tellBot(round: Round, commit: Buffer, welcome: Buffer | undefined): number | undefined {
    const { botId } = this.#options
    if (!this.#current.includes(botId)) return undefined
    const transitionId = this.#transitions.begin(() => {
      this.#liveSince ??= performance.now()
    })
    const isNew = round.added.includes(botId)
    this.#giveSender()
    if (!isNew) this.#sendTransition(VoiceOpcodes.DaveMlsAnnounceCommitTransition, transitionId, commit)
    else if (welcome !== undefined) this.#sendTransition(VoiceOpcodes.DaveMlsWelcome, transitionId, welcome)
    return transitionId
  }

  #sendTransition(op: number, transitionId: number, message: Buffer): void {
    this.#bot?.sendBinary(op, Buffer.concat([uint16(transitionId), message]))
  }

  /** Op 27, operation 0: append. */
  #propose(proposals: Buffer): void {
    this.#giveSender()
    this.#bot?.sendBinary(VoiceOpcodes.DaveMlsProposals, Buffer.concat([Buffer.from([0]), proposals]))
  }

  #giveSender(): void {
    if (this.#botHasSender) return
    this.#botHasSender = true
    this.#bot?.sendBinary(VoiceOpcodes.DaveMlsExternalSender, this.#sender.package)
  }

  #dissolve(): void {
    if (this.#current.length === 0) return
    this.#stopPending()
    this.#current = []
    this.#liveSince = undefined
    this.#epoch = 0n
    this.#stale.clear()
    this.#leaves.clear()
    for (const member of this.people.values()) member.startOver()
  }

  #stopPending(): void {
    clearTimeout(this.#pending?.fallback)
    this.#pending = undefined
  }

  #peopleIn(ids: readonly string[]): string[] {
    return ids.filter((id) => this.people.has(id))
  }

  #keyPackageOf(id: string): Buffer {
    const keyPackage = id === this.#options.botId ? this.#botKeyPackage : this.people.get(id)?.newKeyPackage()
    if (keyPackage === undefined) throw new Error(`${id} has no key package`)
    return keyPackage
  }
}
