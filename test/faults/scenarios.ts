import type { Scenario } from './scenario.ts'
import { brokerGone } from './scenarios/broker-gone.ts'
import { brokerRestarts } from './scenarios/broker-restarts.ts'
import { order } from './scenarios/order.ts'
import { platformRepeats } from './scenarios/platform-repeats.ts'
import { sendKeys } from './scenarios/send-keys.ts'
import { workerKills } from './scenarios/worker-kills.ts'

export const scenarios: readonly Scenario[] = [
  order,
  workerKills,
  brokerRestarts,
  brokerGone,
  sendKeys,
  platformRepeats,
]
