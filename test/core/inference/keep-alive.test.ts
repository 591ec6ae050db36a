import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createChatModel } from '#core/inference/chat-model.ts'
import { createDeployment } from '#core/inference/deployment.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })

test.each([
  ['together with', {}],
  ['a little after', { lingerMs: 15 }],
])('one connection serves calls that follow each other, when the body ends %s [DONE]', async (_, plan) => {
  await using server = await startInferenceServer({ plans: { llm: plan } })
  await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
  for (let calls = 0; calls < 5; calls += 1) {
    await ask(inference.chatModel, 'hi')
    // The connection is free for the next call one turn of the event loop later.
    await sleep(5)
  }
  expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1)
})

test('a server that never ends the body after [DONE] does not hold the answer up', async () => {
  await using server = await startInferenceServer({ plans: { llm: { lingerMs: 60_000 } } })
  await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
  const startedAt = performance.now()
  expect((await ask(inference.chatModel, 'hi')).end).toBeDefined()
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})

test('a server that drops connections after 5 s of silence loses no call', async () => {
  await using server = await startInferenceServer({ keepAliveTimeoutMs: 5_000 })
  const { url } = server.targets.llm
  // Each call after its own silence around the server's limit, all in parallel, none with a second try.
  const silences = Array.from({ length: 16 }, (_, index) => 3_900 + index * 80)
  const calls = silences.map(async (silenceMs) => {
    await using deployment = createDeployment('llm', { url, logger, maxTries: 1 })
    const model = createChatModel(deployment, 'm')
    await ask(model, 'first')
    await sleep(silenceMs)
    return (await ask(model, 'second')).text
  })
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['You said: second']))
})

test('an idle client has let its connections go after 4 s', async () => {
  await using server = await startInferenceServer({ keepAliveTimeoutMs: 60_000 })
  await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
  await Promise.all(Array.from({ length: 20 }, () => ask(inference.chatModel, 'hi')))
  await expect.poll(() => server.openConnections, { timeout: 8_000, interval: 200 }).toBe(0)
})

test('300 answers stream at the same time, and everything is closed at the end', async () => {
  await using server = await startInferenceServer({ plans: { llm: { tokensPerSecond: 10 } } })
  {
    await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
    const answers = await Promise.all(
      Array.from(
        { length: 300 },
        async (_, number) => (await ask(inference.chatModel, `number ${number}`)).text,
      ),
    )
    expect(answers).toEqual(answers.map((_, number) => `You said: number ${number}`))
    expect(server.openConnections).toBeGreaterThanOrEqual(250)
  }
  await expect.poll(() => server.openConnections).toBe(0)
})
