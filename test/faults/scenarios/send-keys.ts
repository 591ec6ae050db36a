import { checkRepeats } from '../check-repeats.ts'
import type { Scenario } from '../scenario.ts'
import { Installation } from '../world/installation.ts'
import type { PlatformApp } from '../world/platform-app.ts'
import { personOf } from '../world/request.ts'

interface Size {
  readonly keys: number
  /** How often each key is sent at once. */
  readonly times: number
  readonly people: number
}

/** Two people whose browsers happen to make the same keys. */
const twins = [0, 1] as const
const late = 5

/** R17: a browser that does not know whether its message arrived sends it again with the same key. */
export const sendKeys: Scenario<Size> = {
  name: 'send-keys',
  asked: 'one row and one answer for each person and key, also when another person uses the same key',
  sizes: { full: { keys: 1_000, times: 100, people: 50 }, small: { keys: 20, times: 20, people: 4 } },
  async run({ keys, times, people }, { random, ledger, tell }) {
    await using installation = await Installation.open({ workers: 2, random, ledger, slowestAnswerMs: 50 })
    const apps = [await installation.openApp('app'), await installation.openApp('second-app')]
    const send = (key: number, count: number, through: readonly PlatformApp[]) =>
      Promise.all(
        Array.from({ length: count }, (_, repeat) => {
          const twin = twins[repeat % twins.length] ?? 0
          const app = through[(repeat >> 1) % through.length]
          return app?.say(personOf((key % people) * twins.length + twin), key, `send-key-${key}`)
        }),
      )
    const queue = Array.from({ length: keys }, (_, key) => key).values()
    const sendNext = async () => {
      for (const key of queue) await send(key, times * twins.length, apps)
    }
    await Promise.all(Array.from({ length: 8 }, sendNext))
    tell(`${keys * times * twins.length} messages sent with ${keys} keys by ${people * twins.length} people`)
    await installation.drain(120_000)

    // The page was loaded again by then, and another process listens to it.
    const next = [await installation.openApp('after-reload')]
    for (let key = 0; key < keys; key += 1) await send(key, late, next)
    await installation.drain(60_000)
    await installation.takeStock()
    const { isMet, measured } = checkRepeats(ledger, await installation.turns.dump())
    const expected = keys * twins.length
    const rows = ledger.of('stored').length
    return { isMet: isMet && rows === expected, measured: `${rows} rows for ${expected}; ${measured}` }
  },
}
