import { z } from 'zod'
import type { Deployment } from './deployment.ts'
import { readJson } from './json-answer.ts'
import type { CallOptions, Embedder } from './ports.ts'
import { toUnitLength } from './unit-vector.ts'

const embeddingList = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()).min(1) })),
})

/** Servers limit a batch (text-embeddings-inference: 32 by default); longer lists go in turns. */
const batchSize = 32
const maxAnswerBytes = 16_000_000

export function createEmbedder(deployment: Deployment, model?: string): Embedder {
  async function embedBatch(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const answer = await deployment.call(
      {
        method: 'POST',
        path: '/embeddings',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, input: texts.map((text) => text.toWellFormed()) }),
        maxBytes: maxAnswerBytes,
        privateText: texts.join('\n'),
      },
      signal,
    )
    const { data } = await readJson(answer, embeddingList)
    const vectors = new Map(data.map(({ index, embedding }) => [index, embedding]))
    return texts.map((_, index) => {
      const vector = vectors.get(index)
      if (!vector) throw answer.garbled(`sent ${data.length} vectors for ${texts.length} texts`)
      return toUnitLength(Float32Array.from(vector))
    })
  }

  return {
    name: `${model ?? 'the embedding model'} at ${deployment.address}`,
    async embed(texts: readonly string[], { signal }: CallOptions) {
      const vectors: Float32Array[] = []
      for (let start = 0; start < texts.length; start += batchSize)
        vectors.push(...(await embedBatch(texts.slice(start, start + batchSize), signal)))
      return vectors
    },
  }
}
