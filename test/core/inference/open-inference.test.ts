import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })
const { signal } = new AbortController()

test('with nothing configured there is a demo brain, a voice and embeddings, and nothing to hear or rank with', async () => {
  await using inference = openInference({}, { logger })
  expect(inference.chatModel.isDemo).toBe(true)
  expect(inference.transcriber).toBeUndefined()
  expect(inference.reranker).toBeUndefined()
  const [vector] = await inference.embedder.embed(['hello'], { signal })
  expect(vector).toHaveLength(384)
  expect(inference.synthesizer.name).toBe('the built-in voice')
  expect(await inference.checkHealth(signal)).toEqual([])
})

test('one service elsewhere leaves the others as they are', async () => {
  await using base = await startInferenceServer()
  await using other = await startInferenceServer()
  await using inference = openInference(
    { ...base.targets, llm: { url: `${other.url}/v1`, model: 'm' } },
    { logger },
  )
  await ask(inference.chatModel, 'hi')
  await inference.embedder.embed(['hi'], { signal })
  expect(inference.chatModel.isDemo).toBe(false)
  expect(other.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions'])
  expect(base.requests.map(({ path }) => path)).toEqual(['/v1/embeddings'])
})

test('a service that is well says so, also when it lists no models', async () => {
  await using server = await startInferenceServer({ models: ['llama3.2:latest'] })
  const options = {
    llm: { ...server.targets.llm, model: 'llama3.2' },
    tts: { url: `${server.url}/elsewhere` },
  }
  await using inference = openInference(options, { logger })
  expect(await inference.checkHealth(signal)).toEqual([
    { service: 'llm', address: server.targets.llm.url, ok: true },
    { service: 'tts', address: `${server.url}/elsewhere`, ok: true },
  ])
})

test('health names the missing model, the wrong key and the dead address, each with its remedy', async () => {
  await using server = await startInferenceServer({ models: ['phi-4', 'qwen3'], apiKey: 'right' })
  const gone = await startInferenceServer()
  await gone[Symbol.asyncDispose]()
  const options = { llm: { ...server.targets.llm, model: 'llama3.2' }, stt: gone.targets.stt }
  await using right = openInference({ ...options, apiKey: 'right' }, { logger })
  await using wrong = openInference({ ...options, apiKey: 'wrong' }, { logger })
  expect(await right.checkHealth(signal)).toEqual([
    {
      service: 'llm',
      address: server.targets.llm.url,
      ok: false,
      sentence: `the language model at ${server.targets.llm.url} has no model called llama3.2. Set LLM_MODEL to one of: phi-4, qwen3.`,
    },
    expect.objectContaining({ service: 'stt', ok: false, sentence: expect.stringContaining('ECONNREFUSED') }),
  ])
  expect((await wrong.checkHealth(signal))[0]).toMatchObject({
    sentence: expect.stringContaining('INFERENCE_API_KEY'),
  })
})

test('a service that accepts and never answers is unwell within a few seconds', async () => {
  const blackHole = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(blackHole, 'listening')
  const { port } = blackHole.address() as AddressInfo
  await using inference = openInference({ stt: { url: `http://127.0.0.1:${port}` } }, { logger })
  const [health] = await inference.checkHealth(signal)
  expect(health).toMatchObject({ service: 'stt', ok: false, sentence: expect.stringContaining('within 3 s') })
  blackHole.close()
})

test('faults of the model mixed with answers: explicit errors, no cut answer, few extra requests, and all is freed', async () => {
  await using server = await startInferenceServer()
  const faults = [
    undefined,
    { type: 'cut', after: 3 },
    { type: 'stall', after: 1 },
    { type: 'body', body: 'data: garbage\n\n' },
    undefined,
    { type: 'body', body: '' },
    { type: 'status', status: 429, headers: { 'retry-after': '0.05' } },
    { type: 'status', status: 503, headers: { 'retry-after': '0.05' } },
    { type: 'reset' },
    { type: 'silent' },
    undefined,
  ] as const
  server.plan('llm', ({ number }) => {
    const fault = faults[number % faults.length]
    return { tokensPerSecond: 200, ...(fault ? { fault } : {}) }
  })
  const deadlines = { firstByteMs: 400, stallMs: 300 }
  const turns = 300
  const outcomes: string[] = []
  {
    await using inference = openInference(
      { llm: { ...server.targets.llm, model: 'm' }, deadlines },
      { logger },
    )
    await Promise.all(
      Array.from({ length: 20 }, async (_, talker) => {
        for (let turn = talker; turn < turns; turn += 20) {
          const said = `turn ${turn}`
          const outcome = await ask(inference.chatModel, said).then(
            ({ text }) => (text === `You said: ${said}` ? 'right' : 'WRONG'),
            (error: Error) => error.name,
          )
          outcomes.push(outcome)
          if (outcome === 'BreakerOpenError') await sleep(100)
        }
      }),
    )
  }
  expect(outcomes).toHaveLength(turns)
  expect(outcomes).not.toContain('WRONG')
  expect(outcomes).toContain('right')
  expect(server.requests.length).toBeLessThanOrEqual(turns * 1.1)
  await expect.poll(() => server.openConnections).toBe(0)
})
