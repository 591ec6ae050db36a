import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import {
  InferenceInterruptedError,
  InferenceProtocolError,
  InferenceRefusedError,
} from '#core/inference/errors.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })

async function setUp(options: Parameters<typeof startInferenceServer>[0] = {}) {
  const server = await startInferenceServer(options)
  const inference = openInference({ llm: server.targets.llm, ...options }, { logger })
  return {
    server,
    model: inference.chatModel,
    async [Symbol.asyncDispose]() {
      await inference[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('streams each token as it is made, then the end with its usage', async () => {
  await using talk = await setUp({
    plans: { llm: { tokens: ['Good', ' morning', ' 🌅'], tokensPerSecond: 50 } },
  })
  const chunks = []
  const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
  for await (const chunk of talk.model.complete(request, { signal: new AbortController().signal }))
    chunks.push(chunk)
  expect(chunks).toEqual([
    { type: 'text', text: 'Good' },
    { type: 'text', text: ' morning' },
    { type: 'text', text: ' 🌅' },
    { type: 'end', finishReason: 'stop', promptTokens: 7, completionTokens: 11 },
  ])
})

test('the first token is there long before the last is made', async () => {
  await using talk = await setUp({ plans: { llm: { tokens: ['one', 'two', 'three'], tokensPerSecond: 5 } } })
  const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
  for await (const chunk of talk.model.complete(request, { signal: new AbortController().signal })) {
    expect(chunk).toEqual({ type: 'text', text: 'one' })
    expect(talk.server.requests[0]?.finishedAt).toBeUndefined()
    break
  }
})

test('an abort closes the request, which the server sees at once', async () => {
  await using talk = await setUp({ plans: { llm: { tokens: endless(), tokensPerSecond: 50 } } })
  const stop = new AbortController()
  const reason = new Error('the person pressed stop')
  const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
  let abortedAt = 0
  const reading = (async () => {
    for await (const _ of talk.model.complete(request, { signal: stop.signal })) {
      abortedAt ||= performance.timeOrigin + performance.now()
      stop.abort(reason)
    }
  })()
  await expect(reading).rejects.toBe(reason)
  const seen = await talk.server.waitFor((request) => request.abortedAt !== undefined)
  expect((seen.abortedAt ?? 0) - abortedAt).toBeLessThan(1_000)
})

test('an abort before the first byte closes the request, too', async () => {
  await using talk = await setUp({ plans: { llm: { fault: { type: 'silent' } } } })
  const stop = new AbortController()
  const asking = ask(talk.model, 'hi', { signal: stop.signal })
  await talk.server.waitFor(() => true)
  stop.abort(new Error('gone'))
  await expect(asking).rejects.toThrow('gone')
  await talk.server.waitFor((request) => request.abortedAt !== undefined)
})

test('leaving the loop early closes the request', async () => {
  await using talk = await setUp({ plans: { llm: { tokens: endless(), tokensPerSecond: 50 } } })
  const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
  for await (const _ of talk.model.complete(request, { signal: new AbortController().signal })) break
  await talk.server.waitFor((request) => request.abortedAt !== undefined)
})

test('no call leaves a listener on the signal that it was given', async () => {
  await using talk = await setUp()
  const { signal } = new AbortController()
  await ask(talk.model, 'well', { signal })
  talk.server.planNext(
    'llm',
    { fault: { type: 'status', status: 503 } },
    { fault: { type: 'cut', after: 1 } },
  )
  await expect(ask(talk.model, 'badly', { signal })).rejects.toThrow(InferenceInterruptedError)
  talk.server.planNext('llm', { fault: { type: 'status', status: 400 } })
  await expect(ask(talk.model, 'no', { signal })).rejects.toThrow(InferenceRefusedError)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('a signal that was aborted before asks nothing of the server', async () => {
  await using talk = await setUp()
  await expect(ask(talk.model, 'hi', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
    'too late',
  )
  expect(talk.server.requests).toHaveLength(0)
})

test.each([
  ['cut in the middle', { type: 'cut', after: 2 }],
  ['reset in the middle', { type: 'reset', after: 2 }],
  ['ended without its end', { type: 'end-early', after: 2 }],
  ['broken off by the engine', { type: 'error-event', after: 2 }],
] as const)('an answer that is %s is never taken for complete, nor asked for again', async (_, fault) => {
  await using talk = await setUp({
    plans: { llm: { tokens: ['a', 'b', 'c', 'd'], tokensPerSecond: 100, fault } },
  })
  const texts: string[] = []
  const read = async () => {
    const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
    for await (const chunk of talk.model.complete(request, { signal: new AbortController().signal }))
      texts.push(chunk.type === 'text' ? chunk.text : 'END')
  }
  await expect(read()).rejects.toThrow(InferenceInterruptedError)
  expect(texts).toEqual(['a', 'b'])
  expect(talk.server.requests).toHaveLength(1)
})

test.each([
  ['an empty 200', ''],
  ['an HTML page', '<!doctype html><title>nginx</title>'],
  ['an event that is not JSON', 'data: {oops\n\n'],
  ['JSON of another shape', 'data: {"choices":"none"}\n\n'],
  ['an endless event', `data: ${'x'.repeat(400_000)}\n\n`],
])('%s is a protocol error', async (_, body) => {
  await using talk = await setUp({ plans: { llm: { fault: { type: 'body', body } } } })
  const failure = await ask(talk.model, 'hi').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InferenceProtocolError)
  expect(failure).toMatchObject({
    service: 'llm',
    address: talk.server.targets.llm.url,
    requestId: expect.any(String),
  })
  expect(talk.server.requests).toHaveLength(1)
})

test.each([
  ['length', 'length'],
  ['content_filter', 'content-filter'],
  ['tool_calls', 'unknown'],
])('the finish reason %s is told as %s', async (finishReason, expected) => {
  await using talk = await setUp({ plans: { llm: { finishReason } } })
  expect((await ask(talk.model, 'hi')).end?.finishReason).toBe(expected)
})

test('a server that refuses stream_options is asked without them, also from then on', async () => {
  await using talk = await setUp()
  const refusal = {
    type: 'status',
    status: 422,
    body: { detail: 'stream_options: extra fields not permitted' },
  } as const
  talk.server.planNext('llm', { fault: refusal })
  expect(await ask(talk.model, 'hi')).toEqual({
    text: 'You said: hi',
    end: { type: 'end', finishReason: 'stop' },
  })
  await ask(talk.model, 'hi')
  const asked = talk.server.requests.map(({ body }) => Object.hasOwn(body as object, 'stream_options'))
  expect(asked).toEqual([true, false, false])
})

test('sends ids, trace context and the key with every call, retries included', async () => {
  await using server = await startInferenceServer({ apiKey: 'secret-key' })
  let spans = 0
  const traceHeaders = () => {
    spans += 1
    return { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(15)}${spans}-01` }
  }
  await using inference = openInference(
    { llm: { ...server.targets.llm, model: 'm' }, apiKey: 'secret-key' },
    { logger, traceHeaders },
  )
  server.planNext('llm', { fault: { type: 'status', status: 503 } })
  await ask(inference.chatModel, 'hi', { sessionId: 'conversation 7\n' })
  const [first, second] = server.requests.map(({ headers }) => headers)
  expect(first).toMatchObject({
    'x-session-id': 'conversation%207%0A',
    'accept-encoding': 'identity',
    authorization: 'Bearer secret-key',
    traceparent: expect.stringMatching(/1-01$/),
  })
  expect(second?.['x-request-id']).toBe(first?.['x-request-id'])
  expect(second?.traceparent).toMatch(/2-01$/)
})

test.each(['', '/', '/v1', '/v1/'])(
  'an address ending in "%s" is understood, Ollama’s way',
  async (ending) => {
    await using server = await startInferenceServer()
    await using inference = openInference(
      { llm: { url: server.url + ending, model: 'llama3.2' } },
      { logger },
    )
    expect((await ask(inference.chatModel, 'hi')).text).toBe('You said: hi')
    expect(inference.chatModel.name).toBe(`llama3.2 at ${server.url}`)
  },
)

test('credentials in the address are sent as Basic authentication and shown to nobody', async () => {
  await using server = await startInferenceServer()
  const url = server.targets.llm.url.replace('http://', 'http://me:p%40ss@')
  await using inference = openInference({ llm: { url, model: 'm' } }, { logger })
  await ask(inference.chatModel, 'hi')
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:p@ss')}`)
  expect(inference.chatModel.name).toBe(`m at ${server.targets.llm.url}`)
})

test('without a configured model, the first one that the server has is used', async () => {
  await using talk = await setUp({ models: ['phi-4', 'llama3.2'] })
  expect(talk.model.name).toBe(`the first model at ${talk.server.targets.llm.url}`)
  await ask(talk.model, 'hi')
  await ask(talk.model, 'hi')
  expect(talk.server.requests.map(({ body }) => (body as { model: string }).model)).toEqual([
    'phi-4',
    'phi-4',
  ])
  expect(talk.model.name).toBe(`phi-4 at ${talk.server.targets.llm.url}`)
})

test('a server without any model is told apart, with the remedy', async () => {
  await using talk = await setUp({ models: [] })
  await expect(ask(talk.model, 'hi')).rejects.toMatchObject({
    name: 'InferenceProtocolError',
    remedy: expect.stringContaining('LLM_MODEL'),
  })
})

test('a refusal quotes the server, but never what people said', async () => {
  await using talk = await setUp()
  const status = (message: string) => ({
    fault: { type: 'status' as const, status: 400, body: { error: { message } } },
  })
  const secret = 'my grandmother hid the silver under the apple tree'
  talk.server.planNext('llm', status('maximum context length is 4096 tokens\n(you sent 9000)'))
  talk.server.planNext('llm', status(`cannot parse prompt: "${secret}"`))
  const [quoted, silent] = [await refusalOf(talk.model, secret), await refusalOf(talk.model, secret)]
  expect(quoted.detail).toBe('maximum context length is 4096 tokens (you sent 9000)')
  expect(silent.detail).toBeUndefined()
  expect(silent.message).toMatch(/refused the request \(400\)$/)
})

test('a lone surrogate in a message does not reach the server', async () => {
  await using talk = await setUp()
  expect((await ask(talk.model, 'half \ud83d of it')).text).toBe('You said: half \ufffd of it')
})

async function refusalOf(model: Parameters<typeof ask>[0], text: string): Promise<InferenceRefusedError> {
  const failure = await ask(model, text).catch((error: unknown) => error)
  if (failure instanceof InferenceRefusedError) return failure
  throw new Error('it was not refused')
}

function* endless(): Generator<string> {
  for (;;) yield 'again '
}
