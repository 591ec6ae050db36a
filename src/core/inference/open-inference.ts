import type { Logger } from '#core/telemetry/logger.ts'
import { createBuiltInBrain } from './builtin/brain.ts'
import { createBuiltInEmbedder } from './builtin/embedder.ts'
import { createBuiltInVoice } from './builtin/voice.ts'
import type { Deadlines } from './call-scope.ts'
import { createChatModel } from './chat-model.ts'
import { createDeployment, type Deployment } from './deployment.ts'
import { createEmbedder } from './embedder.ts'
import type { Inference } from './ports.ts'
import { probeService, type ServiceHealth } from './probe.ts'
import { createRealtimeTranscriber } from './realtime-transcriber.ts'
import { createReranker } from './reranker.ts'
import type { ServiceName } from './services.ts'
import type { StreamingTranscriber } from './streaming-transcriber.ts'
import { createSynthesizer } from './synthesizer.ts'
import { createTranscriber } from './transcriber.ts'

/** Where one service is; without a model, its server's own choice. */
interface ServiceTarget {
  /** Base address, with or without a trailing `/v1`. */
  readonly url: string
  readonly model?: string
}

/** Services that are not named are built in, or absent where there is no built-in one. */
export interface InferenceOptions extends Readonly<Partial<Record<ServiceName, ServiceTarget>>> {
  readonly apiKey?: string
  /** For tests that cannot wait. */
  readonly deadlines?: Partial<Deadlines>
}

export interface InferenceDependencies {
  readonly logger: Logger
  /** W3C trace context of the running span, asked for at every call. */
  readonly traceHeaders?: () => Record<string, string>
}

export interface OpenInference extends Inference, AsyncDisposable {
  /** Where speech is recognised elsewhere; whether that deployment offers it shows when it is first used. */
  readonly streamingTranscriber: StreamingTranscriber | undefined
  /** Asks every remote service for a sign of life, within a few seconds and without retries. */
  checkHealth(signal: AbortSignal): Promise<ServiceHealth[]>
}

const callDeadlines: Record<ServiceName, Partial<Deadlines>> = {
  llm: {},
  tts: {},
  stt: { totalMs: 60_000 },
  embeddings: { totalMs: 30_000 },
  reranker: { totalMs: 15_000 },
}

/**
 * What the settings ask for: a remote service where there is an address, the built-in one elsewhere. Nothing is
 * connected, loaded or started before the first call.
 */
export function openInference(options: InferenceOptions, dependencies: InferenceDependencies): OpenInference {
  const opened = new AsyncDisposableStack()
  const { apiKey } = options

  function remote<T>(
    service: ServiceName,
    create: (deployment: Deployment, model: string | undefined, url: string) => T,
  ): T | undefined {
    const target = options[service]
    if (!target) return undefined
    const deadlines = { ...callDeadlines[service], ...options.deadlines }
    const deployment = createDeployment(service, { url: target.url, apiKey, deadlines, ...dependencies })
    return create(opened.use(deployment), target.model, target.url)
  }

  const recognisers = remote('stt', (deployment, model, url) => ({
    whole: createTranscriber(deployment, model),
    streaming: createRealtimeTranscriber({ url, apiKey, model, deployment, ...dependencies }),
  }))

  return {
    chatModel: remote('llm', createChatModel) ?? createBuiltInBrain(),
    synthesizer: remote('tts', createSynthesizer) ?? opened.use(createBuiltInVoice()),
    embedder: remote('embeddings', createEmbedder) ?? createBuiltInEmbedder(),
    transcriber: recognisers?.whole,
    streamingTranscriber: recognisers?.streaming,
    reranker: remote('reranker', createReranker),
    async checkHealth(signal) {
      const remotes = (Object.keys(callDeadlines) as ServiceName[]).flatMap((service) => {
        const target = options[service]
        return target ? [probeService(service, { ...target, apiKey, ...dependencies }, signal)] : []
      })
      return await Promise.all(remotes)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
