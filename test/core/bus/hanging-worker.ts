// A process that takes one item from the queue and never finishes it; the test ends it with SIGKILL.
import { openInProcessBus } from '#core/bus/in-process.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ackWaitMs } from './fixture.ts'

const [kind, where = ''] = process.argv.slice(2)
const logger = createLogger({ level: 'silent' })
const bus =
  kind === 'in-process'
    ? await openInProcessBus({ file: where, logger })
    : await openJetStreamBus({ url: where, outboxFile: ':memory:', logger, ackWaitMs })

const hang = () => {
  process.stdout.write('has it\n')
  return new Promise<void>(() => {})
}
await bus.consume(hang, { signal: new AbortController().signal, concurrency: 1 })
