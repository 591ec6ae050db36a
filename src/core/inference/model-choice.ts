import { z } from 'zod'
import type { Deployment } from './deployment.ts'
import { InferenceProtocolError } from './errors.ts'
import { readJson } from './json-answer.ts'

const modelList = z.object({ data: z.array(z.object({ id: z.string().min(1) })) })

/** What `GET /v1/models` lists, in the server's order. */
export async function listModels(deployment: Deployment, signal: AbortSignal): Promise<string[]> {
  const answer = await deployment.call({ method: 'GET', path: '/models', maxBytes: 1_000_000 }, signal)
  const { data } = await readJson(answer, modelList)
  return data.map(({ id }) => id)
}

export interface ModelChoice {
  /** The configured model, or the first one that the server lists; asked once, when first needed. */
  get(signal: AbortSignal): Promise<string>
  current(): string | undefined
}

export function createModelChoice(deployment: Deployment, configured: string | undefined): ModelChoice {
  let chosen = configured
  return {
    current: () => chosen,
    async get(signal) {
      chosen ??= await firstModel(deployment, signal)
      return chosen
    },
  }
}

async function firstModel(deployment: Deployment, signal: AbortSignal): Promise<string> {
  const [first] = await listModels(deployment, signal)
  if (first !== undefined) return first
  throw new InferenceProtocolError('has no model', {
    service: 'llm',
    address: deployment.address,
    remedy: 'Give it one (for Ollama: ollama pull llama3.2), or name one in LLM_MODEL.',
  })
}
