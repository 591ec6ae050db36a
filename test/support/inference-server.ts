import type { ServiceName } from '#core/inference/services.ts'

export interface InferenceServerOptions {
  readonly port?: number
}

export interface InferenceServer extends AsyncDisposable {
  /** Give this as RAY_SERVE_URL. */
  readonly url: string
  /** Each service's own address, for LLM_URL and its siblings. */
  readonly urls: Readonly<Record<ServiceName, string>>
}

export async function startInferenceServer(_options: InferenceServerOptions = {}): Promise<InferenceServer> {
  throw new Error('not built yet')
}
