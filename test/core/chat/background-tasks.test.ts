import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { BackgroundTasks } from '#core/chat/background-tasks.ts'
import { createLogger } from '#core/telemetry/logger.ts'

function open(more: { timeoutMs?: number; maxWaiting?: number } = {}) {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line) })
  return {
    lines,
    tasks: new BackgroundTasks({ logger, concurrency: 1, maxWaiting: 2, timeoutMs: 5_000, ...more }),
  }
}

describe('background tasks', () => {
  test('run one after another, the same key once', async () => {
    const { tasks } = open()
    const order: string[] = []
    const first = Promise.withResolvers<void>()
    tasks.add('a', () => first.promise.then(() => void order.push('a')))
    tasks.add('a', async () => void order.push('a again'))
    tasks.add('b', async () => void order.push('b'))
    first.resolve()
    await expect.poll(() => order).toEqual(['a', 'b'])
    await tasks[Symbol.asyncDispose]()
  })

  test('are left out when too many wait', async () => {
    const { tasks } = open({ maxWaiting: 1 })
    const order: string[] = []
    const first = Promise.withResolvers<void>()
    tasks.add('a', () => first.promise)
    for (const key of ['b', 'c']) tasks.add(key, async () => void order.push(key))
    first.resolve()
    await expect.poll(() => order).toEqual(['b'])
    await tasks[Symbol.asyncDispose]()
    expect(order).toEqual(['b'])
  })

  test('that fail are logged and do not stop the others', async () => {
    const { tasks, lines } = open()
    const done = Promise.withResolvers<void>()
    tasks.add('a', () => Promise.reject(new Error('no')))
    tasks.add('b', async () => done.resolve())
    await done.promise
    await tasks[Symbol.asyncDispose]()
    expect(lines).toEqual([expect.stringContaining('a background task failed')])
  })

  test('are ended by their deadline and by disposal, which waits for them', async () => {
    for (const timeoutMs of [20, 5_000]) {
      const { tasks } = open({ timeoutMs })
      const aborted = Promise.withResolvers<void>()
      let isOver = false
      tasks.add('a', async (signal) => {
        signal.addEventListener('abort', () => aborted.resolve())
        await aborted.promise
        await tick()
        isOver = true
      })
      if (timeoutMs === 20) await aborted.promise
      await tasks[Symbol.asyncDispose]()
      expect(isOver).toBe(true)
      tasks.add('b', () => Promise.reject(new Error('must not run')))
    }
  })
})
