import { expect, it } from 'vitest'
import { Tasks } from '#bot/discord/tasks.ts'
import { StagePublisher } from '#bot/discord/voice/stage-publisher.ts'
import { BusUnavailableError } from '#core/bus/errors.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { lastStageLook } from '#core/bus/stage-bus.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import { createLogger } from '#core/telemetry/logger.ts'

const silent = createLogger({ level: 'silent' })
const head = (id: string) => ({ v: 1, id, at: 1, correlationId: 'call' }) as const
const speaking: StageEvent = { ...head('a'), type: 'stage.state', state: 'speaking' }
const start: StageEvent = { ...head('b'), type: 'stage.utterance.start', utteranceId: 'u', playAt: 5 }
const happy: StageEvent = { ...head('c'), type: 'stage.expression', name: 'happy', at: 5 }

it('keeps the newest look of many that come at once', async () => {
  await using bus = await openInProcessBus({ file: ':memory:', logger: silent })
  const tasks = new Tasks(silent)
  const publisher = new StagePublisher({ stage: 'discord-1', bus, tasks, logger: silent })
  for (const event of [speaking, start, happy]) publisher.publish(event)
  expect(await tasks.drain(5_000)).toBe(true)
  expect(await lastStageLook(bus, 'discord-1')).toMatchObject({
    state: 'speaking',
    expression: 'happy',
    speaking: { utteranceId: 'u', playAt: 5 },
  })
  publisher.leave()
  expect(await tasks.drain(5_000)).toBe(true)
  const look = await lastStageLook(bus, 'discord-1')
  expect(look).toMatchObject({ state: 'offline' })
  expect(look?.speaking).toBeUndefined()
})

it('goes on while the bus keeps nothing', async () => {
  await using bus = await openInProcessBus({ file: ':memory:', logger: silent })
  const complaints: string[] = []
  const logger = createLogger({ level: 'warn', write: (line) => complaints.push(line) })
  const tasks = new Tasks(logger)
  bus.record = () => Promise.reject(new BusUnavailableError())
  new StagePublisher({ stage: 'discord-1', bus, tasks, logger }).publish(speaking)
  expect(await tasks.drain(5_000)).toBe(true)
  expect(complaints).toEqual([])
})
