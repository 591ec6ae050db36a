import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })

test('runs as a process of its own, stamps its tokens, and ends with its input', async () => {
  const options = { plans: { llm: { tokensPerSecond: 100 } }, stamped: { count: 3 } }
  const main = 'test/support/inference-server-main.ts'
  const server = spawn(process.execPath, [main, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: server.stdout }), 'line')
  await using inference = openInference(JSON.parse(line).targets, { logger })
  const stamps = (await ask(inference.chatModel, 'hi')).text.trim().split(' ').map(Number)
  expect(stamps).toEqual(
    stamps.map((stamp, index) => Math.max(stamp, stamps[index - 1] ?? Date.now() - 30_000)),
  )
  expect(stamps).toHaveLength(3)
  server.stdin.end()
  expect(await once(server, 'exit')).toEqual([0, null])
})

test('keeps its pace for many answers at once', async () => {
  await using server = await startInferenceServer()
  const tokens = Array.from({ length: 26 }, () => 'token ')
  server.plan('llm', { tokens, tokensPerSecond: 50 })
  await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
  await Promise.all(Array.from({ length: 50 }, () => ask(inference.chatModel, 'hi')))
  const durations = server.requests.map(({ receivedAt, finishedAt = 0 }) => finishedAt - receivedAt)
  expect(Math.min(...durations)).toBeGreaterThanOrEqual(499)
})

test('the first byte waits as long as planned', async () => {
  await using server = await startInferenceServer({ plans: { llm: { firstByteMs: 120 } } })
  await using inference = openInference({ llm: { ...server.targets.llm, model: 'm' } }, { logger })
  await ask(inference.chatModel, 'hi')
  const [request] = server.requests
  expect((request?.firstByteAt ?? 0) - (request?.receivedAt ?? 0)).toBeGreaterThanOrEqual(119)
})
