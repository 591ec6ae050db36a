import { BackgroundTasks } from '#core/chat/background-tasks.ts'
import type { Persona } from '#core/chat/persona.ts'
import { type OpenInference, openInference } from '#core/inference/open-inference.ts'
import { connectStore, type Store } from '#core/store/store.ts'
import { createLogger, type Logger } from '#core/telemetry/logger.ts'
import { startTelemetry } from '#core/telemetry/telemetry.ts'
import { traceHeaders } from '#core/telemetry/trace-context.ts'
import { openEndModel } from '#core/voice/endpointing/end-model/open-end-model.ts'
import type { Endpointing } from '#core/voice/endpointing/endpointing.ts'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import type { Vad } from '#core/voice/vad/vad.ts'
import type { FromWorker, WorkerSetup } from '../worker-messages.ts'

/** What all calls of a worker share. */
export interface WorkerParts {
  readonly selfId: string
  readonly persona: Persona
  readonly store: Store
  readonly inference: OpenInference
  readonly vad: Vad
  readonly endpointing: Endpointing
  readonly tasks: BackgroundTasks
  readonly logger: Logger
  send(message: FromWorker): void
}

/** Calls write little and read a conversation for each turn. */
const poolSize = 4

export async function openWorkerParts(
  { selfId, persona, inference, database, logLevel, otlpEndpoint, version }: WorkerSetup,
  send: (message: FromWorker) => void,
  closing: AsyncDisposableStack,
): Promise<WorkerParts> {
  const logger = createLogger({ level: logLevel, fields: { role: 'media' } })
  const ending = new AbortController()
  closing.defer(() => ending.abort())
  const { signal } = ending
  closing.use(await startTelemetry({ endpoint: otlpEndpoint, role: 'media', version, logger }))
  const [vad, endModel] = await Promise.all([
    openVad({ signal }),
    inference.turnModel === undefined
      ? undefined
      : openEndModel({ source: inference.turnModel, apiKey: inference.apiKey, logger, signal }),
  ])
  if (endModel) closing.use(endModel)
  return {
    selfId,
    persona,
    send,
    logger,
    store: closing.use(connectStore(database, { poolSize, logger })),
    inference: closing.use(openInference(inference, { logger, traceHeaders })),
    tasks: closing.use(new BackgroundTasks({ logger, concurrency: 2, maxWaiting: 100, timeoutMs: 60_000 })),
    vad: closing.use(vad),
    endpointing: createEndpointing({}, endModel?.judge),
  }
}
