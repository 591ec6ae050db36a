import { expect, test } from 'vitest'
import type { Bus } from '#core/bus/bus.ts'
import { BusUnavailableError, MessageTooLargeError } from '#core/bus/errors.ts'
import { openOutlet } from '#core/chat/reply-outlet.ts'
import { repeatedEnd } from '#core/chat/reply-stream.ts'
import { createLogger } from '#core/telemetry/logger.ts'

const author = { platform: 'web', platformUserId: 'u', displayName: '' } as const
const end = repeatedEnd(
  { turnId: 'turn', correlationId: 'turn', attempt: 1 },
  { status: 'complete', text: 'hi' },
)

/** A bus that fails to keep the first messages, each in its way. */
function failingBus(...faults: readonly Error[]) {
  const heard: string[] = []
  const left = [...faults]
  const bus = {
    publish: () => void heard.push('published'),
    record: async () => {
      const fault = left.shift()
      heard.push(fault === undefined ? 'kept' : 'refused')
      if (fault) throw fault
    },
  }
  return { heard, bus: bus as unknown as Bus }
}

const logger = createLogger({ level: 'silent' })

test('tells an end again until it is kept, however long the bus is away', async () => {
  const { heard, bus } = failingBus(new BusUnavailableError(), new BusUnavailableError())
  const outlet = openOutlet({ bus, logger, signal: new AbortController().signal }, author)
  await outlet.keepEnd(end)
  expect(heard).toEqual(['refused', 'published', 'refused', 'published', 'kept'])
})

test('rejects when it is told to stop meanwhile, so that the request stays in the queue', async () => {
  const { heard, bus } = failingBus(...Array.from({ length: 100 }, () => new BusUnavailableError()))
  const stop = new AbortController()
  const outlet = openOutlet({ bus, logger, signal: stop.signal }, author)
  const keeping = outlet.keepEnd(end)
  stop.abort()
  await expect(keeping).rejects.toThrow(/abort/i)
  expect(heard).toEqual(['refused'])
})

test('does not insist on what no bus would take', async () => {
  const { heard, bus } = failingBus(new MessageTooLargeError(2, 1))
  const outlet = openOutlet({ bus, logger, signal: new AbortController().signal }, author)
  await outlet.keepEnd(end)
  expect(heard).toEqual(['refused'])
})
