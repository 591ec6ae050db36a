// The web role for many people: who asks is told by the header `x-test-user`, as by a proxy that signs people in.
import { loadConfig } from '#core/config.ts'
import type { Author } from '#core/protocol/chat.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { startWeb } from '#web/start-web.ts'
import { openConnections } from '../../src/connections.ts'

const config = loadConfig(process.env)
const logger = createLogger({ level: config.logLevel ?? 'info', fields: { role: 'web' } })
const stopping = new AbortController()
await using closing = new AsyncDisposableStack()
const { bus, store, persona, inference } = await openConnections({
  role: 'web',
  config,
  logger,
  version: 'test',
  closing,
})
const web = closing.use(
  await startWeb({
    host: '127.0.0.1',
    port: config.web.port,
    dataDir: config.dataDir,
    bus,
    store,
    persona,
    inference,
    logger,
    signal: stopping.signal,
    identify: (header) => authorOf(header('x-test-user')),
  }),
)
process.send?.({ type: 'ready', url: web.url })
await new Promise((resolve) => process.once('SIGTERM', resolve))
stopping.abort()
process.disconnect?.()

function authorOf(user: string | undefined): Author | undefined {
  return user === undefined ? undefined : { platform: 'web', platformUserId: user, displayName: user }
}
