import type { Bus } from '#core/bus/bus.ts'
import { listenToUser } from '#core/bus/chat-bus.ts'
import type { Author } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { FinishedReplies } from './finished-reply.ts'
import { UserFeed } from './user-feed.ts'

/** Holds a feed open until it is disposed of. */
export interface FeedLease extends Disposable {
  readonly feed: UserFeed
  /** Aborts when nothing more will come, because the bus broke or this process stops. */
  readonly ended: AbortSignal
}

interface OpenFeed {
  readonly feed: UserFeed
  readonly closing: AbortController
  readonly done: Promise<void>
  users: number
}

/** The feeds of everybody who has a page open here; one per person, however many pages. */
export class UserFeeds implements AsyncDisposable {
  readonly replies = new FinishedReplies()
  readonly #bus: Bus
  readonly #logger: Logger
  readonly #feeds = new Map<string, OpenFeed>()
  readonly #following = new Set<Promise<void>>()

  constructor({ bus, logger }: { readonly bus: Bus; readonly logger: Logger }) {
    this.#bus = bus
    this.#logger = logger
  }

  /** The person's feed until the returned lease is disposed of; listening has begun. */
  open(author: Author): FeedLease {
    const user = userKey(author)
    const open = this.#feeds.get(user) ?? this.#start(user)
    open.users++
    let isLeft = false
    return {
      feed: open.feed,
      ended: open.closing.signal,
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        if (--open.users === 0) this.#stop(user, open)
      },
    }
  }

  /** The feed if somebody has it open. */
  find(author: Author): UserFeed | undefined {
    return this.#feeds.get(userKey(author))?.feed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [user, open] of this.#feeds) this.#stop(user, open)
    await Promise.all(this.#following)
  }

  #start(user: string): OpenFeed {
    const closing = new AbortController()
    const feed = new UserFeed(this.replies)
    const done = this.#follow({ feed, closing }, user)
    this.#following.add(done)
    const open = { feed, closing, done, users: 0 }
    this.#feeds.set(user, open)
    return open
  }

  async #follow({ feed, closing }: Pick<OpenFeed, 'feed' | 'closing'>, user: string): Promise<void> {
    try {
      await listenToUser(this.#bus, user, (event) => feed.take(event), { signal: closing.signal })
    } catch (error) {
      if (!closing.signal.aborted) this.#logger.error('a feed of replies broke', { error })
    } finally {
      closing.abort()
      if (this.#feeds.get(user)?.feed === feed) this.#feeds.delete(user)
    }
  }

  #stop(user: string, open: OpenFeed): void {
    if (this.#feeds.get(user) === open) this.#feeds.delete(user)
    open.closing.abort()
    void open.done.finally(() => this.#following.delete(open.done))
  }
}
