import { z } from 'zod'
import type { Answer } from './answer.ts'
import type { Deployment } from './deployment.ts'
import { InferenceRefusedError } from './errors.ts'
import { readJson } from './json-answer.ts'
import type { CallOptions, Reranker } from './ports.ts'

type Ranking = { index: number; score: number }[]

const rerankAnswer = z.object({
  results: z.array(z.object({ index: z.number().int().nonnegative(), relevance_score: z.number() })),
})
const scoreAnswer = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), score: z.number() })),
})

/** `POST /v1/rerank` (Jina's and Cohere's shape, vLLM's too), or `/v1/score`, which is all that Ray Serve's ingress has. */
export function createReranker(deployment: Deployment, model?: string): Reranker {
  let hasRerank = true

  const post = (path: string, body: object, privateText: string, signal: AbortSignal): Promise<Answer> =>
    deployment.call(
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        maxBytes: 4_000_000,
        privateText,
      },
      signal,
    )

  async function byRerank(
    query: string,
    documents: readonly string[],
    signal: AbortSignal,
  ): Promise<Ranking> {
    const text = [query, ...documents].join('\n')
    const answer = await post('/rerank', { model, query, documents }, text, signal)
    const { results } = await readJson(answer, rerankAnswer)
    return checked(
      results.map(({ index, relevance_score: score }) => ({ index, score })),
      documents.length,
      answer,
    )
  }

  async function byScore(query: string, documents: readonly string[], signal: AbortSignal): Promise<Ranking> {
    const text = [query, ...documents].join('\n')
    const answer = await post('/score', { model, text_1: query, text_2: documents }, text, signal)
    return checked((await readJson(answer, scoreAnswer)).data, documents.length, answer)
  }

  async function rank(query: string, documents: readonly string[], signal: AbortSignal): Promise<Ranking> {
    if (!hasRerank) return await byScore(query, documents, signal)
    try {
      return await byRerank(query, documents, signal)
    } catch (error) {
      if (!(error instanceof InferenceRefusedError) || (error.status !== 404 && error.status !== 405))
        throw error
      const ranking = await byScore(query, documents, signal)
      hasRerank = false
      return ranking
    }
  }

  return {
    name: `${model ?? 'the reranker'} at ${deployment.address}`,
    async rerank(query, documents, { signal, topN }: CallOptions & { readonly topN?: number }) {
      if (documents.length === 0) return []
      const ranking = await rank(query, documents, signal)
      return ranking.sort((a, b) => b.score - a.score).slice(0, topN)
    },
  }
}

function checked(ranking: Ranking, documentCount: number, answer: Answer): Ranking {
  if (ranking.some(({ index }) => index >= documentCount))
    throw answer.garbled('ranked a document it was not given')
  return ranking
}
