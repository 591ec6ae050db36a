import type { Ledger } from '../../ledger.ts'
import { BotEnd, type BotLink } from './bot-end.ts'
import { splitCommitWelcome } from './commit-welcome.ts'
import type { DaveBehaviour } from './dave-behaviour.ts'
import { type Change, ExternalSender } from './external-sender.ts'
import { Leaves } from './leaves.ts'
import { DaveMember } from './member.ts'
import { planRound, type Round } from './round.ts'

export interface DaveGroupOptions {
  readonly channelId: string
  readonly botId: string
  readonly behaviour: DaveBehaviour
  readonly ledger: Ledger
  /** The bot is told of a newcomer now, if it was not before. */
  readonly announce: (userId: string) => void
}

/** A round that has been proposed. */
interface OpenRound extends Round {
  readonly proposals: Buffer
  /** The people's ends as they were then: somebody may leave before the commit is there. */
  readonly ends: ReadonlyMap<string, DaveMember>
}

/** The MLS group of one call: the delivery service that a voice gateway is, and the people's ends of it. */
export class DaveGroup implements Disposable {
  readonly people = new Map<string, DaveMember>()
  readonly #options: DaveGroupOptions
  readonly #sender: ExternalSender
  readonly #bot: BotEnd
  #epoch = 0n
  #current: string[] = []
  #liveSince: number | undefined
  /** In the group, but with keys that are no good any more: they must be removed and added again. */
  readonly #stale = new Set<string>()
  readonly #leaves = new Leaves()
  /** The bot's commit is awaited. */
  #pending: { readonly round: OpenRound; readonly fallback: NodeJS.Timeout } | undefined

  constructor(options: DaveGroupOptions) {
    this.#options = options
    this.#sender = new ExternalSender(options.channelId)
    this.#bot = new BotEnd(options.behaviour, this.#sender.package)
  }

  /** Since when (performance.now) people encrypt for the bot: it is in the group and has followed there. */
  get liveSince(): number | undefined {
    return this.#liveSince
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
  botEnters(link: BotLink): void {
    this.#bot.enters(link)
  }

  botLeaves(): void {
    this.#bot.leaves()
    this.#liveSince = undefined
    this.#stopPending()
    this.#reconcile()
  }

  /** Op 26: the bot wants to be added; when it is in the group already, its old self must go. */
  botSendsKeyPackage(keyPackage: Buffer): void {
    this.#bot.keyPackage = Buffer.from(keyPackage)
    this.#stopPending()
    if (this.#current.includes(this.#options.botId)) this.#stale.add(this.#options.botId)
    this.#reconcile()
  }

  /** Op 28. Too late when a person's commit counted already. */
  botCommits(payload: Buffer): void {
    const round = this.#pending?.round
    this.#options.ledger.append({ type: 'voice.dave.bot-commit', counts: round !== undefined })
    if (round === undefined) return
    this.#stopPending()
    const { commit, welcome } = splitCommitWelcome(payload)
    for (const end of endsOf(round, round.staying)) end.propose(round.proposals)
    this.#apply(round, commit, welcome)
    this.#reconcile()
  }

  /** Op 31: the bot could not follow. Its next key package brings it back. */
  botIsLost(transitionId: number): void {
    this.#options.ledger.append({ type: 'voice.dave.invalid', transitionId })
  }

  /** Op 23 */
  botIsReady(transitionId: number): void {
    this.#options.ledger.append({ type: 'voice.dave.ready', transitionId })
    this.#bot.isReady(transitionId)
  }

  /** Back to transport encryption alone; `then` when the bot has followed. */
  downgrade(then: () => void): void {
    this.#bot.downgrade(then)
  }

  /** And encrypted again: everybody begins anew. */
  upgrade(): void {
    this.#dissolve()
    this.#bot.beginAnew()
  }

  [Symbol.dispose](): void {
    this.#stopPending()
    this.#bot.leaves()
  }

  /** One change after the other: proposals of an epoch add up, so the next waits for the commit of the one before. */
  #reconcile(): void {
    if (this.#pending !== undefined) return
    const { botId, behaviour } = this.#options
    const wanted = [...this.people.keys(), ...(this.#bot.isThere ? [botId] : [])]
    if (!this.#current.some((id) => wanted.includes(id) && !this.#stale.has(id))) this.#dissolve()
    const prefersToCommit = (id: string) => (id === botId) === (behaviour.committer === 'bot')
    const round = planRound({ wanted, current: this.#current, stale: this.#stale, prefersToCommit })
    if (round !== undefined) this.#begin(round)
  }

  #begin(plan: Round): void {
    const { botId, behaviour, announce } = this.#options
    const proposals = this.#sender.propose(this.#epoch, this.#changes(plan))
    const round = { ...plan, proposals, ends: new Map(this.people) }
    if (round.staying.includes(botId)) this.#bot.propose(proposals)
    if (behaviour.announces === 'after') for (const id of round.added) announce(id)
    if (round.committer === botId) this.#awaitBot(round)
    else this.#commitByPerson(round)
  }

  #changes({ removed, added }: Round): Change[] {
    return [
      ...removed.map((id): Change => ({ type: 'remove', leaf: this.#leaves.of(id) })),
      ...added.map((id): Change => ({ type: 'add', keyPackage: this.#keyPackageOf(id) })),
    ]
  }

  #awaitBot(round: OpenRound): void {
    const giveUp = () => {
      this.#pending = undefined
      const [end] = endsOf(round, round.staying)
      // Where nobody else is in the group, the bot's next key package or the next newcomer begins anew.
      if (end !== undefined) this.#commitByPerson({ ...round, committer: end.userId })
    }
    const fallback = setTimeout(giveUp, this.#options.behaviour.botCommitsWithinMs).unref()
    this.#pending = { round, fallback }
  }

  #commitByPerson(round: OpenRound): void {
    const results = endsOf(round, round.staying).map((end) => ({ end, ...end.propose(round.proposals) }))
    const result = results.find(({ end }) => end.userId === round.committer)
    if (result?.commit === undefined) throw new Error(`${round.committer} made no commit`)
    this.#apply(round, result.commit, result.welcome)
    this.#reconcile()
  }

  /** The commit that counts: members follow it, newcomers get the Welcome. */
  #apply(round: OpenRound, commit: Buffer, welcome: Buffer | undefined): void {
    for (const end of endsOf(round, round.staying)) end.commit(commit)
    if (welcome !== undefined) for (const end of endsOf(round, round.added)) end.welcome(welcome)
    this.#seat(round)
    this.#epoch += 1n
    const transitionId = this.#tellBot(round, commit, welcome)
    const by = round.committer === this.#options.botId ? 'bot' : 'person'
    const members = [...this.#current]
    const epoch = Number(this.#epoch)
    this.#options.ledger.append({ type: 'voice.dave.epoch', epoch, by, transitionId, members })
  }

  #seat(round: OpenRound): void {
    const { botId } = this.#options
    const { staying, added, removed, isFirst } = round
    this.#current = [...staying, ...added]
    for (const id of removed) this.#leaves.delete(id)
    for (const id of added) this.#stale.delete(id)
    for (const end of endsOf(round, this.#current)) this.#leaves.set(end.userId, end.leaf)
    if (added.includes(botId) || (isFirst && staying.includes(botId))) this.#leaves.setLeftmostFree(botId)
    // Who left and came back meanwhile has other keys than those that were added.
    for (const { userId } of endsOf(round, added))
      if (this.people.get(userId) !== round.ends.get(userId)) this.#stale.add(userId)
  }

  #tellBot({ added }: Round, commit: Buffer, welcome: Buffer | undefined): number | undefined {
    const { botId } = this.#options
    const isNew = added.includes(botId)
    if (!this.#current.includes(botId) || (isNew && welcome === undefined)) return undefined
    const message = isNew && welcome !== undefined ? { welcome } : { commit }
    return this.#bot.follow(message, () => {
      this.#liveSince ??= performance.now()
    })
  }

  #dissolve(): void {
    this.#stopPending()
    if (this.#current.length === 0) return
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

  #keyPackageOf(id: string): Buffer {
    const isBot = id === this.#options.botId
    const keyPackage = isBot ? this.#bot.keyPackage : this.people.get(id)?.newKeyPackage()
    if (keyPackage === undefined) throw new Error(`${id} has no key package`)
    return keyPackage
  }
}

const endsOf = ({ ends }: OpenRound, ids: readonly string[]): DaveMember[] =>
  ids.flatMap((id) => ends.get(id) ?? [])
