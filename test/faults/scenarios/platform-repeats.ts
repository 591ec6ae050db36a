import { setTimeout as wait } from 'node:timers/promises'
import { checkRepeats } from '../check-repeats.ts'
import type { Scenario, ScenarioContext } from '../scenario.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { Installation } from '../world/installation.ts'
import type { PlatformApp } from '../world/platform-app.ts'
import { personOf, requestOf } from '../world/request.ts'

interface Size {
  readonly events: number
  readonly people: number
}

interface PlatformEvent {
  readonly type: 'say' | 'edit' | 'delete'
  readonly person: number
  readonly message: number
}

/** R18: a platform tells everything twice, in disorder, late, and people edit and delete while the answer is coming. */
export const platformRepeats: Scenario<Size> = {
  name: 'platform-repeats',
  asked: 'one reply to each message; nothing stored or sent for a message that was deleted',
  sizes: { full: { events: 5_000, people: 100 }, small: { events: 150, people: 10 } },
  async run(size, context) {
    const { random, ledger } = context
    await using installation = await Installation.open({ workers: 2, random, ledger, slowestAnswerMs: 400 })
    // Two processes that hear the same platform, as during a rolling restart.
    const apps = [await installation.openApp('app'), await installation.openApp('second-app')]
    const { soon, late } = makeEvents(size, random.fork('events'))
    await deliver(soon, apps, context)
    await installation.drain(60_000)
    for (const { person, message } of late)
      await installation.repeatLate(requestOf(personOf(person), message))
    await installation.drain(30_000)
    await installation.takeStock()
    const { isMet, measured } = checkRepeats(ledger, await installation.turns.dump())
    return { isMet, measured: `${soon.length + late.length} events; ${measured}` }
  },
}

/** People take turns writing; an edit or a deletion follows its message at a chance distance, or even overtakes it. */
function makeEvents({ events, people }: Size, random: SeededRandom) {
  const originals = Math.round(events / 1.2)
  const messages = Math.round(originals / 1.2)
  const inOrder: { at: number; event: PlatformEvent }[] = []
  for (let number = 0; number < messages; number += 1) {
    const of = { person: number % people, message: Math.floor(number / people) }
    inOrder.push({ at: number, event: { type: 'say', ...of } })
    if (number % 10 === 3)
      inOrder.push({ at: number + random.next() * 2 * people, event: { type: 'edit', ...of } })
    if (number % 10 === 7)
      inOrder.push({ at: number + random.next() * 2 * people, event: { type: 'delete', ...of } })
  }
  const repeated = random
    .sample(events - inOrder.length, inOrder.length)
    .flatMap((index) => inOrder[index] ?? [])
  const late = repeated.filter(({ event }, index) => event.type === 'say' && index % 10 === 0)
  const again = repeated.filter((entry) => !late.includes(entry))
  // Shuffled within a window: everything may come up to this many places earlier or later.
  const place = ({ at }: { at: number }) => at + random.between(-20, 20)
  const placed = [...inOrder, ...again].map((entry) => ({ place: place(entry), event: entry.event }))
  return {
    soon: placed.sort((a, b) => a.place - b.place).map(({ event }) => event),
    late: late.map(({ event }) => event),
  }
}

const inFlight = 40

async function deliver(
  events: readonly PlatformEvent[],
  apps: readonly PlatformApp[],
  { random, tell }: ScenarioContext,
): Promise<void> {
  const chance = random.fork('delivery')
  const queue = events.values()
  const work = async () => {
    for (const event of queue) {
      await chance.pick(apps)[event.type](personOf(event.person), event.message)
      await wait(chance.between(0, 20))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  tell(`${events.length} events delivered`)
}
