import { setTimeout as wait } from 'node:timers/promises'
import { checkLedger, isClean } from '../check-ledger.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { Scenario } from '../scenario.ts'
import { keepAsking } from '../world/crowd.ts'
import { Installation } from '../world/installation.ts'
import { measureRecovery } from '../world/recovery.ts'

interface Size {
  readonly goneMs: number
  readonly people: number
}

const longestGapMs = 10_000

/** R6: the broker is away for longer than its client waits by default (20 s); people go on writing. */
export const brokerGone: Scenario<Size> = {
  name: 'broker-gone',
  asked:
    'what is said while the broker is away is kept and answered once; back within 10 s, no process restarted',
  sizes: {
    full: { goneMs: 60_000, people: 50 },
    small: { goneMs: 5_000, people: 10 },
  },
  async run({ goneMs, people }, { random, ledger, tell }) {
    await using installation = await Installation.open({ workers: 2, random, ledger, slowestAnswerMs: 400 })
    const app = await installation.openApp('app')
    const pids = installation.crew.pids
    const load = keepAsking(app, { people, everyMs: Math.max(400, goneMs / 20) })
    await wait(2_000)
    await installation.broker.kill()
    ledger.append({ type: 'fault', what: 'broker gone' })
    const sentBefore = ledger.of('sent').length
    await wait(goneMs)
    const acceptedMeanwhile = ledger.of('sent').length - sentBefore
    await installation.broker.start()
    const returnedAt = Date.now()
    tell(`broker back; ${acceptedMeanwhile} messages were accepted without it`)
    await wait(2_000)
    await load.stop()
    await installation.drain(60_000)
    await installation.takeStock()
    const verdict = checkLedger(ledger)
    const gapMs = await measureRecovery(installation.turns, [returnedAt])
    const isSameCrew = String(installation.crew.pids) === String(pids)
    return {
      measured: `${describeVerdict(verdict)}; ${acceptedMeanwhile} accepted meanwhile, first answer after ${(gapMs / 1_000).toFixed(1)} s, ${isSameCrew ? 'no' : 'a'} process restarted`,
      isMet: isClean(verdict) && acceptedMeanwhile > 0 && gapMs <= longestGapMs && isSameCrew,
    }
  },
}
