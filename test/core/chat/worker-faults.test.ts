import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import type { ChatRequest } from '#core/protocol/chat.ts'
import { getTurn } from '#core/store/turns.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ChatWorld } from '#test/support/chat-world.ts'
import { eventually } from '#test/support/eventually.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'
import { NatsServer } from '#test/support/nats-server.ts'
import {
  createTestDatabase,
  startTestPostgres,
  type TestDatabase,
  type TestPostgres,
} from '#test/support/postgres.ts'
import { type Script, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { type SpawnedProcess, spawnNode } from '#test/support/spawned-process.ts'

const logger = createLogger({ level: 'silent' })
let postgres: TestPostgres
let store: TestDatabase

beforeAll(async () => {
  postgres = await startTestPostgres()
  store = await createTestDatabase(postgres)
})

afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

test('workers killed at any moment lose no message, answer none twice, and keep each person’s order', async () => {
  const users = 10
  const messagesEach = 6
  const ackWaitMs = 1_000
  await using nats = await NatsServer.start()
  await using model = await startInferenceServer({
    plans: { llm: { tokens: words(12), tokensPerSecond: 100 } },
  })
  await using bus = await openJetStreamBus({ url: nats.url, outboxFile: ':memory:', logger, ackWaitMs })
  await using world = new ChatWorld({ bus, store })
  const start = () => {
    const main = fileURLToPath(new URL('../../support/chat-worker-main.ts', import.meta.url))
    return spawnNode(main, [nats.url, store.databaseUrl, `${model.url}/llm`, `${ackWaitMs}`])
  }

  const crew: SpawnedProcess[] = [start(), start()]
  try {
    await Promise.all(crew.map((worker) => worker.waitForLine(/ready/, 20_000)))
    const requests: ChatRequest[] = []
    for (let message = 0; message < messagesEach; message++)
      for (let user = 0; user < users; user++)
        requests.push(await world.say(`${message}`, { user: `person ${user}` }))

    for (let kills = 0; kills < 5; kills++) {
      await delay(400)
      const victim = crew.shift()
      const heir = start()
      crew.push(heir)
      await victim?.stop('SIGKILL')
      await heir.waitForLine(/ready/, 20_000)
    }
    const turns = await eventually(
      async () => {
        const all = await Promise.all(requests.map(({ turnId }) => getTurn(store.db, turnId)))
        expect(all.map((turn) => turn?.status)).toEqual(requests.map(() => 'complete'))
        return all
      },
      { withinMs: 40_000, everyMs: 200 },
    )
    await Promise.all(requests.map((request) => world.waitForEnd(request)))
    for (const [index, request] of requests.entries()) {
      const texts = world.endsOf(request).map(({ text, status }) => `${status} ${text}`)
      expect(new Set(texts)).toEqual(new Set([`complete ${turns[index]?.reply}`]))
    }
    for (let user = 0; user < users; user++) {
      const own = turns.filter((turn) => turn?.author.platformUserId === `person ${user}`)
      const byEnd = own.toSorted((a, b) => Number(a?.finishedAt) - Number(b?.finishedAt))
      expect(byEnd.map((turn) => turn?.text)).toEqual(Array.from({ length: messagesEach }, (_, n) => `${n}`))
    }
    // Were no turn ever begun twice, the kills would have hit nothing.
    expect(Math.max(...turns.map((turn) => turn?.attempt ?? 0))).toBeGreaterThan(1)
  } finally {
    await Promise.all(crew.map((worker) => worker.stop('SIGKILL')))
  }
}, 90_000)

test('a killed PostgreSQL costs nobody an answer, whenever in a turn it dies', async () => {
  await using bus = await openInProcessBus({
    file: ':memory:',
    logger,
    retry: { maxTries: 2, backoffMs: [10] },
  })
  await using world = new ChatWorld({ bus, store })
  const dead = bus.subscribe('ai.dead.>', { signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]()
  const slow: Script = async function* () {
    for (const text of words(20)) {
      await delay(20)
      yield { type: 'text', text }
    }
    yield { type: 'end', finishReason: 'stop' }
  }
  world.startWorker(scriptedModel(slow))
  const requests: ChatRequest[] = []
  const speakers = Array.from({ length: 10 }, async (_, user) => {
    for (let message = 0; message < 4; message++) {
      requests.push(await world.say(`${message}`, { user: `speaker ${user}` }))
      await delay(40 * user)
    }
  })
  for (let kills = 0; kills < 2; kills++) {
    await delay(500)
    process.kill(postgres.pid, 'SIGKILL')
    await delay(1_500)
  }
  await Promise.all(speakers)
  const ends = await Promise.all(requests.map((request) => world.waitForEnd(request, 1, 30_000)))
  expect(ends.map(({ status, text }) => [status, text])).toEqual(
    requests.map(() => ['complete', words(20).join('')]),
  )
  const turns = await Promise.all(requests.map(({ turnId }) => getTurn(store.db, turnId)))
  expect(turns.map((turn) => turn?.status)).toEqual(requests.map(() => 'complete'))
  expect(await Promise.race([dead.next(), delay(50, 'none')])).toBe('none')
}, 60_000)

function words(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `word${number} `)
}
