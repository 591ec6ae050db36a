import type { Logger } from '#core/telemetry/logger.ts'
import type { Inference } from './ports.ts'
import type { ServiceName } from './services.ts'

export interface ServiceOptions {
  /** The service's own base address, with or without a trailing `/v1`; replaces Ray Serve's route. */
  readonly url?: string | undefined
  readonly model?: string | undefined
}

export interface InferenceOptions {
  readonly rayServeUrl?: string | undefined
  readonly llm?: ServiceOptions | undefined
  readonly stt?: ServiceOptions | undefined
  readonly tts?: ServiceOptions | undefined
  readonly embeddings?: ServiceOptions | undefined
  readonly reranker?: ServiceOptions | undefined
  readonly apiKey?: string | undefined
}

export interface InferenceDependencies {
  readonly logger: Logger
  /** W3C trace context of the running span, asked for at every call. */
  readonly traceHeaders?: () => Record<string, string>
}

export type ServiceHealth = { readonly service: ServiceName; readonly address: string } & (
  | { readonly ok: true }
  | { readonly ok: false; readonly sentence: string }
)

export interface OpenInference extends Inference, AsyncDisposable {
  /** Asks every remote service for a sign of life, within a few seconds and without retries. */
  checkHealth(signal: AbortSignal): Promise<ServiceHealth[]>
}

/** What the settings ask for: a remote service where an address is given, the built-in one elsewhere. */
export function openInference(
  _options: InferenceOptions,
  _dependencies: InferenceDependencies,
): OpenInference {
  throw new Error('not built yet')
}
