import { setTimeout as wait } from 'node:timers/promises'
import { checkLedger, isClean } from '../check-ledger.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { Scenario } from '../scenario.ts'
import { keepAsking } from '../world/crowd.ts'
import { Installation } from '../world/installation.ts'
import { measureRecovery } from '../world/recovery.ts'

interface Size {
  readonly kills: number
  readonly everyMs: number
  readonly people: number
}

const longestGapMs = 10_000

/** R4: the broker is killed without a goodbye and started again, on and on, under load. */
export const brokerRestarts: Scenario<Size> = {
  name: 'broker-restarts',
  asked:
    'each message answered once, no process restarted, answers again within 10 s of each return of the broker',
  sizes: {
    full: { kills: 12, everyMs: 5_000, people: 50 },
    small: { kills: 2, everyMs: 3_000, people: 10 },
  },
  async run({ kills, everyMs, people }, { random, ledger, tell }) {
    await using installation = await Installation.open({ workers: 2, random, ledger, slowestAnswerMs: 400 })
    const app = await installation.openApp('app')
    const pids = installation.crew.pids
    const load = keepAsking(app, { people, everyMs: 400 })
    const returnedAt: number[] = []
    for (let kill = 0; kill < kills; kill += 1) {
      await wait(everyMs)
      await installation.broker.kill()
      ledger.append({ type: 'fault', what: 'broker killed' })
      await installation.broker.start()
      returnedAt.push(Date.now())
      tell(`broker killed and started again, ${kill + 1} of ${kills}`)
    }
    await wait(everyMs)
    await load.stop()
    await installation.drain(60_000)
    await installation.takeStock()
    const verdict = checkLedger(ledger)
    const gapMs = await measureRecovery(installation.turns, returnedAt)
    const isSameCrew = String(installation.crew.pids) === String(pids)
    return {
      measured: `${describeVerdict(verdict)}; longest wait ${(gapMs / 1_000).toFixed(1)} s, ${isSameCrew ? 'no' : 'a'} process restarted`,
      isMet: isClean(verdict) && gapMs <= longestGapMs && isSameCrew,
    }
  },
}
