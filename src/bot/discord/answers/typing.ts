import { setTimeout as sleep } from 'node:timers/promises'
import { type REST, Routes } from 'discord.js'
import type { Tasks } from '../tasks.ts'

/** Discord shows "is typing" for ten seconds. */
const repeatMs = 8_000
/** A request that waits longer than this waits in a queue; typing all the time would be a lie. */
const maxTimes = 15

/** Shows "is typing" while answers are being made, once per channel however many are. */
export class TypingIndicator {
  readonly #rest: REST
  readonly #tasks: Tasks
  readonly #channels = new Map<string, { leases: number; readonly over: AbortController }>()

  constructor(rest: REST, tasks: Tasks) {
    this.#rest = rest
    this.#tasks = tasks
  }

  show(channelId: string): Disposable {
    const channel = this.#channels.get(channelId) ?? this.#start(channelId)
    channel.leases++
    let isLeft = false
    return {
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        if (--channel.leases > 0) return
        this.#channels.delete(channelId)
        channel.over.abort()
      },
    }
  }

  #start(channelId: string) {
    const channel = { leases: 0, over: new AbortController() }
    this.#channels.set(channelId, channel)
    this.#tasks.run('typing', () => this.#repeat(channelId, channel.over.signal))
    return channel
  }

  async #repeat(channelId: string, signal: AbortSignal): Promise<void> {
    for (let times = 0; times < maxTimes; times++) {
      // Nobody misses it: where it is refused, the answer will be too.
      const shown = await this.#rest.post(Routes.channelTyping(channelId), { signal }).then(
        () => true,
        () => false,
      )
      if (!shown) return
      await sleep(repeatMs, undefined, { signal })
    }
  }
}
