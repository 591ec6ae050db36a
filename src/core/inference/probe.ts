import { createDeployment, type Deployment, type DeploymentOptions } from './deployment.ts'
import { InferenceError, InferenceRefusedError } from './errors.ts'
import { explainToOperator } from './explain.ts'
import { listModels } from './model-choice.ts'
import { type ServiceName, services } from './services.ts'

export type ServiceHealth = { readonly service: ServiceName; readonly address: string } & (
  | { readonly ok: true }
  /** What is wrong and what to do, for operators. */
  | { readonly ok: false; readonly sentence: string }
)

const deadlines = { firstByteMs: 3_000, stallMs: 3_000, totalMs: 3_000 }

/** Whether something answers there, and for the language model whether it has the model. One request, no retries. */
export async function probeService(
  service: ServiceName,
  {
    model,
    ...options
  }: Pick<DeploymentOptions, 'url' | 'apiKey' | 'traceHeaders' | 'logger'> & { readonly model?: string },
  signal: AbortSignal,
): Promise<ServiceHealth> {
  await using deployment = createDeployment(service, { ...options, deadlines, maxTries: 1 })
  const sentence = await faultOf(service, deployment, model, signal)
  const { address } = deployment
  return sentence === undefined ? { service, address, ok: true } : { service, address, ok: false, sentence }
}

async function faultOf(
  service: ServiceName,
  deployment: Deployment,
  model: string | undefined,
  signal: AbortSignal,
) {
  try {
    const models = await listModels(deployment, signal)
    // Ollama lists `llama3.2:latest` for what everybody calls `llama3.2`.
    const isThere = model === undefined || models.some((id) => id === model || id === `${model}:latest`)
    if (service !== 'llm' || isThere) return undefined
    const { label, modelSetting } = services[service]
    return `the ${label} at ${deployment.address} has no model called ${model}. Set ${modelSetting} to one of: ${models.slice(0, 10).join(', ') || 'none'}.`
  } catch (error) {
    // Not every server lists its models; that it says so is a sign of life.
    if (error instanceof InferenceRefusedError && error.status !== 401 && error.status !== 403)
      return undefined
    if (error instanceof InferenceError) return explainToOperator(error)
    throw error
  }
}
