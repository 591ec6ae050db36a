// A process that enqueues work while the broker is away and then never gets to do anything else; it is ended by SIGKILL.
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { workFor } from './messages.ts'

const [url = '', outboxFile = '', count = '0'] = process.argv.slice(2)
const bus = await openJetStreamBus({ url, outboxFile, logger: createLogger({ level: 'silent' }) })
for (let n = 0; n < Number(count); n++) await bus.enqueue(workFor(`web-${n % 2}`, String(n)))
process.stdout.write('accepted\n')
setInterval(() => {}, 1_000)
