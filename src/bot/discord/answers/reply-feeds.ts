import type { Bus } from '#core/bus/bus.ts'
import { followUser } from '#core/bus/chat-bus.ts'
import type { Author, ReplyEvent } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Tasks } from '../tasks.ts'

interface Feed {
  leases: number
  readonly over: AbortController
}

/** Listens to the answers of people who wait for one; one subscription per person, ended with the last answer. */
export class ReplyFeeds {
  readonly #bus: Bus
  readonly #tasks: Tasks
  readonly #onEvent: (event: ReplyEvent) => void
  readonly #feeds = new Map<string, Feed>()

  constructor(bus: Bus, tasks: Tasks, onEvent: (event: ReplyEvent) => void) {
    this.#bus = bus
    this.#tasks = tasks
    this.#onEvent = onEvent
  }

  /** Listening has begun when this returns. */
  follow(author: Author): Disposable {
    const user = userKey(author)
    const feed = this.#feeds.get(user) ?? this.#open(user)
    feed.leases++
    let isLeft = false
    return {
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        if (--feed.leases > 0) return
        this.#feeds.delete(user)
        feed.over.abort()
      },
    }
  }

  #open(user: string): Feed {
    const feed = { leases: 0, over: new AbortController() }
    this.#feeds.set(user, feed)
    const events = followUser(this.#bus, user, { signal: feed.over.signal })
    this.#tasks.run('reply feed', async () => {
      for await (const event of events) this.#onEvent(event)
    })
    return feed
  }
}
