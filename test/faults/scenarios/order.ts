import { checkLedger, isClean } from '../check-ledger.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { Scenario } from '../scenario.ts'
import { askAll } from '../world/crowd.ts'
import { Installation } from '../world/installation.ts'

interface Size {
  readonly people: number
  readonly each: number
  readonly workers: number
}

/** Nothing breaks; everybody asks at once, and several workers share the queue. */
export const order: Scenario<Size> = {
  name: 'order',
  asked: "each person's answers begin and end in the order of the questions",
  sizes: {
    full: { people: 200, each: 25, workers: 3 },
    small: { people: 20, each: 8, workers: 3 },
  },
  async run({ people, each, workers }, { random, ledger }) {
    await using installation = await Installation.open({ workers, random, ledger, slowestAnswerMs: 300 })
    const app = await installation.openApp('app')
    await askAll(app, { people, each })
    await installation.drain(120_000)
    await installation.takeStock()
    const verdict = checkLedger(ledger)
    return { measured: describeVerdict(verdict), isMet: isClean(verdict) }
  },
}
