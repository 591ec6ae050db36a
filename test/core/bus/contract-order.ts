import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Bus, Delivery } from '#core/bus/bus.ts'
import { eventually } from '#test/support/eventually.ts'
import { consuming } from './consuming.ts'
import type { CurrentFixture } from './contract.ts'
import { textOf, workFor } from './messages.ts'

export function describeWorkOrder(fixture: CurrentFixture): void {
  test('each user is served in order while users are served side by side', async () => {
    const ledger = new Ledger({ sideBySide: 10 })
    const bus = await fixture().open()
    await enqueueRounds(bus, { users: 10, rounds: 5 })
    await using _worker = consuming(bus, (delivery) => ledger.handle(delivery, 5))
    await eventually(() => ledger.count === 50)
    ledger.expectOrder({ users: 10, rounds: 5 })
  })

  test('also when three workers share the queue', async () => {
    const ledger = new Ledger({ sideBySide: 30 })
    const buses = [await fixture().open(), await fixture().open(), await fixture().open()]
    await Promise.all(
      buses.map((bus, n) => enqueueRounds(bus, { users: 10, rounds: 10, prefix: `web-${n}` })),
    )
    await using workers = new AsyncDisposableStack()
    for (const bus of buses) workers.use(consuming(bus, (delivery) => ledger.handle(delivery, 5)))
    await eventually(() => ledger.count === 300, { withinMs: 25_000 })
    for (const n of buses.keys()) ledger.expectOrder({ users: 10, rounds: 10, prefix: `web-${n}` })
  })

  test('also when items fail and are tried again by whoever gets them', async () => {
    const ledger = new Ledger()
    const buses = [await fixture().open(), await fixture().open(), await fixture().open()]
    const failed = new Set<string>()
    const handle = async (delivery: Delivery) => {
      const name = `${delivery.subject} ${textOf(delivery)}`
      if (!failed.has(name) && Number(textOf(delivery)) % 2 === 1) {
        failed.add(name)
        throw new Error('once')
      }
      await ledger.handle(delivery, 5)
    }
    await using workers = new AsyncDisposableStack()
    for (const bus of buses) workers.use(consuming(bus, handle))
    const [bus] = buses
    if (bus) await enqueueRounds(bus, { users: 4, rounds: 4 })
    await eventually(() => ledger.count === 16, { withinMs: 25_000 })
    ledger.expectOrder({ users: 4, rounds: 4 })
    expect(failed.size).toBe(8)
  })

  test('no more subjects at once than asked for', async () => {
    const ledger = new Ledger()
    const bus = await fixture().open()
    await using _worker = consuming(bus, (delivery) => ledger.handle(delivery, 20), { concurrency: 2 })
    await enqueueRounds(bus, { users: 8, rounds: 1 })
    await eventually(() => ledger.count === 8)
    expect(ledger.mostAtOnce).toBe(2)
  })

  test('one user who floods does not keep the others waiting', async () => {
    const bus = await fixture().open({ laneLimit: 100 })
    const over = new AbortController()
    let served: number | undefined
    const handle = async ({ subject }: Delivery) => {
      if (subject.endsWith('polite')) served = performance.now()
      else await sleep(200, undefined, { signal: over.signal }).catch(() => {})
    }
    for (let n = 0; n < 100; n++) await bus.enqueue(workFor('web-flood', String(n)))
    await using _worker = consuming(bus, handle, { concurrency: 4 })
    const askedAt = performance.now()
    await bus.enqueue(workFor('web-polite', 'a question'))
    await eventually(() => served !== undefined)
    over.abort()
    // The flood alone would take twenty seconds.
    expect((served ?? 0) - askedAt).toBeLessThan(3_000)
  })
}

interface Rounds {
  readonly users: number
  readonly rounds: number
  readonly prefix?: string
}

async function enqueueRounds(bus: Bus, { users, rounds, prefix = 'web' }: Rounds): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let user = 0; user < users; user++) await bus.enqueue(workFor(`${prefix}-${user}`, String(round)))
  }
}

/** What was handled, and whether anything of one subject overlapped. */
class Ledger {
  count = 0
  mostAtOnce = 0
  readonly #finished = new Map<string, string[]>()
  readonly #running = new Set<string>()
  readonly #sideBySide: number
  readonly #enough = Promise.withResolvers<void>()

  /** The first ones only finish when so many subjects run at the same time. */
  constructor({ sideBySide = 1 } = {}) {
    this.#sideBySide = sideBySide
  }

  async handle(delivery: Delivery, longestMs: number): Promise<void> {
    const { subject } = delivery
    expect(this.#running.has(subject), 'two of one lane at once').toBe(false)
    this.#running.add(subject)
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running.size)
    if (this.#running.size >= this.#sideBySide) this.#enough.resolve()
    await this.#enough.promise
    await sleep(Math.random() * longestMs)
    this.#running.delete(subject)
    this.#finished.set(subject, [...(this.#finished.get(subject) ?? []), textOf(delivery)])
    this.count++
  }

  expectOrder({ users, rounds, prefix = 'web' }: Rounds): void {
    const expected = Array.from({ length: rounds }, (_, round) => String(round))
    for (let user = 0; user < users; user++)
      expect(this.#finished.get(`ai.chat.request.${prefix}-${user}`)).toEqual(expected)
  }
}
