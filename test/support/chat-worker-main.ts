import { openJetStreamBus } from '#core/bus/jetstream.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { runChatWorker } from '#core/chat/worker.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { openStore } from '#core/store/store.ts'
import { createLogger } from '#core/telemetry/logger.ts'

/** A chat worker as a process of its own: `node chat-worker-main.ts NATS_URL DATABASE_URL LLM_URL ACK_WAIT_MS`. */
const [url = '', databaseUrl = '', llmUrl = '', ackWaitMs = '10000'] = process.argv.slice(2)
const logger = createLogger({ level: 'warn' })
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort(new Error('SIGTERM')))

await using bus = await openJetStreamBus({
  url,
  outboxFile: ':memory:',
  logger,
  ackWaitMs: Number(ackWaitMs),
})
await using store = await openStore({ databaseUrl, dataDir: '/nowhere', logger, poolSize: 4 })
await using inference = openInference({ llm: { url: llmUrl } }, { logger })
console.log('ready')
const persona = await loadPersona()
await runChatWorker({ bus, store, inference, persona, logger, signal: stopping.signal, concurrency: 50 })
