import { checkLedger, isClean } from '../check-ledger.ts'
import { describeVerdict } from '../describe-verdict.ts'
import type { Scenario, ScenarioContext } from '../scenario.ts'
import { askAll } from '../world/crowd.ts'
import { Installation } from '../world/installation.ts'

interface Size {
  readonly messages: number
  readonly people: number
  readonly kills: number
}

/** R1: workers die in the middle of their work, again and again. */
export const workerKills: Scenario<Size> = {
  name: 'worker-kills',
  asked: 'each message answered once and in order while workers are SIGKILLed',
  sizes: {
    full: { messages: 5_000, people: 100, kills: 50 },
    small: { messages: 120, people: 12, kills: 3 },
  },
  async run(size, context) {
    const { random, ledger } = context
    await using installation = await Installation.open({ workers: 2, random, ledger, slowestAnswerMs: 400 })
    const app = await installation.openApp('app')
    const { messages, people } = size
    await Promise.all([
      askAll(app, { people, each: messages / people }),
      killWorkers(installation, size, context),
    ])
    await installation.drain(60_000)
    await installation.takeStock()
    const verdict = checkLedger(ledger)
    const kills = ledger.of('fault').length
    return {
      measured: `${kills} kills; ${describeVerdict(verdict)}`,
      isMet: isClean(verdict) && kills === size.kills,
    }
  },
}

/** Spread over the work, so that each kill finds some; a quarter of the stretches between are left in peace. */
async function killWorkers(
  installation: Installation,
  { messages, kills }: Size,
  { random, ledger, tell }: ScenarioContext,
): Promise<void> {
  const chance = random.fork('kills')
  const stretches = Math.ceil(kills / 0.75)
  for (const stretch of chance.sample(kills, stretches)) {
    await installation.finished(Math.floor(((stretch + chance.next()) * messages) / stretches), 120_000)
    await installation.crew.kill((count) => chance.between(0, count - 1))
    ledger.append({ type: 'fault', what: 'worker killed' })
    tell(`worker killed with ${Math.round((100 * stretch) / stretches)} % of the messages answered`)
  }
}
