import { expect, test } from 'vitest'
import { createBuiltInEmbedder } from '#core/inference/builtin/embedder.ts'
import { InferenceProtocolError } from '#core/inference/errors.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })
const { signal } = new AbortController()

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
const length = (vector: Float32Array) => Math.sqrt(dot(vector, vector))

test('remote embeddings come in the order of the texts, with unit length, however the server orders them', async () => {
  await using server = await startInferenceServer()
  await using inference = openInference(server.targets, { logger })
  const vectors = await inference.embedder.embed(['aab', 'zz', 'abc'], { signal })
  expect(vectors.map(length)).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 5)))
  expect(vectors[0]?.[0]).toBeCloseTo(2 / Math.sqrt(5))
  expect(vectors[1]?.[25]).toBe(1)
})

test('long lists are embedded in batches', async () => {
  await using server = await startInferenceServer()
  await using inference = openInference(server.targets, { logger })
  const texts = Array.from({ length: 70 }, (_, index) => 'abc'.repeat(index + 1))
  expect(await inference.embedder.embed(texts, { signal })).toHaveLength(70)
  expect(server.requests.map(({ body }) => (body as { input: string[] }).input.length)).toEqual([32, 32, 6])
})

test('a vector too few is a protocol error', async () => {
  await using server = await startInferenceServer()
  await using inference = openInference(server.targets, { logger })
  const body = JSON.stringify({ data: [{ index: 0, embedding: [1, 2] }] })
  server.plan('embeddings', { fault: { type: 'body', body } })
  await expect(inference.embedder.embed(['a', 'b'], { signal })).rejects.toThrow(InferenceProtocolError)
})

test.each([true, false])('ranks documents best first (server has /v1/rerank: %s)', async (hasRerankRoute) => {
  await using server = await startInferenceServer({ hasRerankRoute })
  await using inference = openInference(server.targets, { logger })
  const documents = ['the dog sleeps', 'a cat and a dog', 'the cat sleeps']
  const rank = () => inference.reranker?.rerank('where sleeps the cat', documents, { signal, topN: 2 })
  expect(await rank()).toEqual([
    { index: 2, score: 0.75 },
    { index: 0, score: 0.5 },
  ])
  await rank()
  expect(server.requests.map(({ path }) => path)).toEqual(
    new Array(2).fill(hasRerankRoute ? '/v1/rerank' : '/v1/score'),
  )
})

test('ranking nothing asks nobody', async () => {
  await using server = await startInferenceServer()
  await using inference = openInference(server.targets, { logger })
  expect(await inference.reranker?.rerank('query', [], { signal })).toEqual([])
  expect(server.requests).toHaveLength(0)
})

test('a ranking of documents that were not given is a protocol error', async () => {
  await using server = await startInferenceServer()
  await using inference = openInference(server.targets, { logger })
  const body = JSON.stringify({ results: [{ index: 3, relevance_score: 1 }] })
  server.plan('reranker', { fault: { type: 'body', body } })
  await expect(inference.reranker?.rerank('q', ['a'], { signal })).rejects.toThrow(InferenceProtocolError)
})

test('built-in embeddings have unit length and are the same each time', async () => {
  const texts = ['The lantern is lit.', 'Ünïcode and 日本語', 'x']
  const [first, second] = [await builtIn(texts), await builtIn(texts)]
  expect(first).toEqual(second)
  expect(first.map(length)).toEqual(texts.map(() => expect.closeTo(1, 5)))
  expect(first[0]).toHaveLength(384)
})

test('a text without words is the zero vector, not NaN', async () => {
  expect(length((await builtIn(['?! 🙂']))[0] ?? new Float32Array(1).fill(Number.NaN))).toBe(0)
})

test.each([
  ['When does the market open?', 'The market opens at nine on Saturdays.', 'She plays the violin at night.'],
  ['my dog is called Rex', 'What is the name of my dogs?', 'The train to Berlin was late again.'],
  [
    'Kubernetes deployment fails',
    'Why do deployments fail in Kubernetes?',
    'Deep sea fish glow in the dark.',
  ],
])('"%s" is closer to what shares its words than to what does not', async (text, near, far) => {
  const [vector, nearVector, farVector] = await builtIn([text, near, far])
  if (!vector || !nearVector || !farVector) throw new Error('a vector is missing')
  expect(dot(vector, nearVector)).toBeGreaterThan(dot(vector, farVector) + 0.1)
})

async function builtIn(texts: string[]): Promise<Float32Array[]> {
  return await createBuiltInEmbedder().embed(texts, { signal })
}
