import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createChatModel } from '#core/inference/chat-model.ts'
import { createDeployment } from '#core/inference/deployment.ts'
import {
  BreakerOpenError,
  InferenceBusyError,
  InferenceRefusedError,
  InferenceTimeoutError,
  InferenceUnavailableError,
} from '#core/inference/errors.ts'
import { createRetryBudget, parseRetryAfter } from '#core/inference/retry.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import type { Fault } from '#test/support/inference/plan.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })

async function setUp(options: Partial<Parameters<typeof createDeployment>[1]> = {}) {
  const server = await startInferenceServer()
  const deployment = createDeployment('llm', { url: server.targets.llm.url, logger, ...options })
  return {
    server,
    model: createChatModel(deployment, 'm'),
    async [Symbol.asyncDispose]() {
      await deployment[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const status = (code: number, headers: Record<string, string> = {}): { fault: Fault } => ({
  fault: { type: 'status', status: code, headers },
})

test.each([
  ['503', status(503)],
  ['429', status(429)],
  ['408', status(408)],
  ['a reset before the headers', { fault: { type: 'reset' } as const }],
  [
    'a reset after the headers, before the first byte',
    { fault: { type: 'raw', write: resetAfterHeaders } as const },
  ],
])('%s is tried again', async (_, plan) => {
  await using talk = await setUp()
  talk.server.planNext('llm', plan)
  expect((await ask(talk.model, 'hi')).text).toBe('You said: hi')
  expect(talk.server.requests).toHaveLength(2)
})

test.each([400, 401, 404, 422, 500])('%i is not tried again', async (code) => {
  await using talk = await setUp()
  talk.server.planNext('llm', status(code))
  await expect(ask(talk.model, 'hi')).rejects.toThrow(`(${code})`)
  expect(talk.server.requests).toHaveLength(1)
})

test('a redirect is not followed', async () => {
  await using talk = await setUp()
  talk.server.planNext('llm', status(307, { location: 'http://169.254.169.254/' }))
  const failure = await ask(talk.model, 'hi').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InferenceRefusedError)
  expect(failure).toMatchObject({ status: 307, remedy: expect.stringContaining('redirects') })
})

test('a server that refuses connections is tried a few times, then named with its remedy', async () => {
  const port = await freePort()
  await using deployment = createDeployment('llm', { url: `http://127.0.0.1:${port}`, logger })
  const failure = await ask(createChatModel(deployment, 'm'), 'hi').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InferenceUnavailableError)
  expect(failure).toMatchObject({
    address: `http://127.0.0.1:${port}`,
    message: expect.stringContaining('ECONNREFUSED'),
    remedy: expect.stringContaining('LLM_URL'),
  })
})

test('Retry-After is obeyed', async () => {
  await using talk = await setUp()
  talk.server.planNext('llm', status(503, { 'retry-after': '0.3' }))
  await ask(talk.model, 'hi')
  const [first, second] = talk.server.requests
  expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThanOrEqual(295)
})

test('a Retry-After beyond the deadline is not waited for', async () => {
  await using talk = await setUp({ deadlines: { firstByteMs: 2_000 } })
  talk.server.planNext('llm', status(429, { 'retry-after': '30' }))
  const startedAt = performance.now()
  const failure = await ask(talk.model, 'hi').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(InferenceBusyError)
  expect(failure).toMatchObject({ retryAfterMs: 30_000 })
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(talk.server.requests).toHaveLength(1)
})

test('an abort ends the wait for the next try', async () => {
  await using talk = await setUp()
  talk.server.planNext('llm', status(503, { 'retry-after': '10' }))
  const stop = new AbortController()
  const asking = ask(talk.model, 'hi', { signal: stop.signal })
  await talk.server.waitFor(({ finishedAt }) => finishedAt !== undefined)
  stop.abort(new Error('never mind'))
  await expect(asking).rejects.toThrow('never mind')
})

test('gives up after four tries', async () => {
  await using talk = await setUp()
  talk.server.plan('llm', status(503))
  await expect(ask(talk.model, 'hi')).rejects.toThrow(InferenceUnavailableError)
  expect(talk.server.requests).toHaveLength(4)
})

test('retries stay below a tenth of the calls, whatever the fault and however many', async () => {
  await using talk = await setUp({ breaker: { threshold: 1_000_000 } })
  talk.server.plan('llm', status(429))
  const calls = 200
  for (let asked = 0; asked < calls; asked += 20)
    await Promise.allSettled(Array.from({ length: 20 }, () => ask(talk.model, 'hi')))
  const extra = talk.server.requests.length - calls
  expect(extra).toBeGreaterThan(0)
  expect(extra).toBeLessThanOrEqual(calls * 0.1)
})

test('the reserve of retries is small and fills slowly', () => {
  const budget = createRetryBudget()
  const affordable = () => Array.from({ length: 20 }, () => budget.withdraw()).filter(Boolean).length
  expect(affordable()).toBe(5)
  for (let calls = 0; calls < 100; calls += 1) budget.deposit()
  expect(affordable()).toBe(7)
})

test('Retry-After is read as seconds and as a date, and ignored when it is neither', () => {
  const now = Date.parse('2026-11-23T10:00:00Z')
  expect(parseRetryAfter('2', now)).toBe(2_000)
  expect(parseRetryAfter('Mon, 23 Nov 2026 10:00:05 GMT', now)).toBe(5_000)
  expect(parseRetryAfter('Mon, 23 Nov 2026 09:00:00 GMT', now)).toBe(0)
  expect(parseRetryAfter('soon', now)).toBeUndefined()
  expect(parseRetryAfter(undefined, now)).toBeUndefined()
})

test('silence before the first byte ends at the deadline, and is not tried again', async () => {
  await using talk = await setUp({ deadlines: { firstByteMs: 150 } })
  talk.server.plan('llm', { fault: { type: 'silent' } })
  await expect(ask(talk.model, 'hi')).rejects.toMatchObject({
    name: 'InferenceTimeoutError',
    phase: 'first-byte',
    timeoutMs: 150,
  })
  expect(talk.server.requests).toHaveLength(1)
  await talk.server.waitFor(({ abortedAt }) => abortedAt !== undefined)
})

test('headers that never end are silence, too', async () => {
  await using talk = await setUp({ deadlines: { firstByteMs: 150 } })
  talk.server.plan('llm', {
    fault: { type: 'raw', write: (socket) => socket.write('HTTP/1.1 200 OK\r\nx-slow:') },
  })
  await expect(ask(talk.model, 'hi')).rejects.toThrow(InferenceTimeoutError)
})

test('silence in the middle ends at the stall deadline', async () => {
  await using talk = await setUp({ deadlines: { stallMs: 150 } })
  talk.server.plan('llm', { tokens: ['a', 'b', 'c'], fault: { type: 'stall', after: 2 } })
  await expect(ask(talk.model, 'hi')).rejects.toMatchObject({ phase: 'stall' })
})

test('an endless answer ends at the total deadline', async () => {
  await using talk = await setUp({ deadlines: { totalMs: 300 } })
  talk.server.plan('llm', { tokens: new Array(1_000).fill('on '), tokensPerSecond: 50 })
  await expect(ask(talk.model, 'hi')).rejects.toMatchObject({ phase: 'total' })
})

test('a slow reader is no stall', async () => {
  await using talk = await setUp({ deadlines: { stallMs: 100 } })
  talk.server.plan('llm', { tokens: ['a', 'b', 'c'] })
  let text = ''
  const request = { messages: [{ role: 'user' as const, content: 'hi' }], sessionId: 's' }
  for await (const chunk of talk.model.complete(request, { signal: new AbortController().signal })) {
    if (chunk.type === 'text') text += chunk.text
    if (text === 'a') await new Promise((resolve) => setTimeout(resolve, 250))
  }
  expect(text).toBe('abc')
})

test('the breaker opens after five failures, spares the server, and closes when it is well again', async () => {
  await using talk = await setUp({ maxTries: 1, breaker: { openMs: 200 } })
  talk.server.plan('llm', status(500))
  for (let failures = 0; failures < 5; failures += 1)
    await expect(ask(talk.model, 'hi')).rejects.toThrow(InferenceUnavailableError)
  const refusal = await ask(talk.model, 'hi').catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(BreakerOpenError)
  expect(talk.server.requests).toHaveLength(5)

  talk.server.plan('llm', {})
  await expect
    .poll(
      () =>
        ask(talk.model, 'hi').then(
          ({ text }) => text,
          () => 'refused',
        ),
      { interval: 50 },
    )
    .toBe('You said: hi')
  await Promise.all(Array.from({ length: 10 }, () => ask(talk.model, 'hi')))
})

test('answers that break off open the breaker, although each one began well', async () => {
  await using talk = await setUp()
  talk.server.plan('llm', { tokens: ['a', 'b'], fault: { type: 'cut', after: 1 } })
  for (let failures = 0; failures < 5; failures += 1)
    await expect(ask(talk.model, 'hi')).rejects.toThrow('broke off')
  await expect(ask(talk.model, 'hi')).rejects.toThrow(BreakerOpenError)
})

test('being busy, being refused and being stopped never open the breaker', async () => {
  await using talk = await setUp({ maxTries: 1 })
  for (let round = 0; round < 6; round += 1) {
    talk.server.planNext('llm', status(429), status(400), { fault: { type: 'silent' } })
    await expect(ask(talk.model, 'hi')).rejects.toThrow(InferenceBusyError)
    await expect(ask(talk.model, 'hi')).rejects.toThrow(InferenceRefusedError)
    const seen = talk.server.requests.length
    const stop = new AbortController()
    const asking = ask(talk.model, 'hi', { signal: stop.signal })
    await talk.server.waitFor(({ number }) => number > seen)
    stop.abort(new Error('stopped'))
    await expect(asking).rejects.toThrow('stopped')
  }
  expect((await ask(talk.model, 'hi')).text).toBe('You said: hi')
})

function resetAfterHeaders(socket: import('node:net').Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', () =>
    setTimeout(() => socket.resetAndDestroy(), 20),
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
