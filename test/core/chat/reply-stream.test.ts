import { setImmediate as tick } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ReplyStream, repeatedEnd } from '#core/chat/reply-stream.ts'
import { ReplyEvent } from '#core/protocol/chat.ts'

const turn = { turnId: 'turn', correlationId: 'turn', attempt: 2 }

function listen(record: (event: ReplyEvent) => Promise<void> = async () => {}) {
  const published: ReplyEvent[] = []
  const recorded: ReplyEvent[] = []
  const keep = (event: ReplyEvent) => {
    recorded.push(event)
    return record(event)
  }
  const outlet = {
    publish: (event: ReplyEvent) => void published.push(event),
    record: keep,
    keepEnd: keep,
  }
  return { published, recorded, reply: new ReplyStream(turn, outlet) }
}

const shown = (events: readonly ReplyEvent[]) =>
  events.map((event) => [event.index, event.type, 'text' in event ? event.text : undefined])

afterEach(() => {
  vi.useRealTimers()
})

describe('a reply', () => {
  test('is numbered from 0 without gaps, and is what the protocol says', async () => {
    const { published, recorded, reply } = listen()
    reply.start()
    reply.expression('happy')
    reply.text('Hello')
    await tick()
    reply.text(' you')
    await reply.end({ status: 'complete', text: 'Hello you' })
    expect(shown(published)).toEqual([
      [0, 'reply.start', undefined],
      [1, 'reply.expression', undefined],
      [2, 'reply.delta', 'Hello'],
      [3, 'reply.delta', ' you'],
      [4, 'reply.end', 'Hello you'],
    ])
    expect(recorded.map(({ index }) => index)).toEqual([0, 4])
    for (const event of published) expect(ReplyEvent.parse(event)).toEqual(event)
    expect(new Set(published.map(({ id }) => id)).size).toBe(5)
  })

  test('joins the text of one round of the event loop, and keeps expressions in place', async () => {
    const { published, reply } = listen()
    for (const token of ['a', 'b', 'c']) reply.text(token)
    reply.expression('sad')
    for (const token of ['d', 'e']) reply.text(token)
    await tick()
    expect(shown(published)).toEqual([
      [0, 'reply.delta', 'abc'],
      [1, 'reply.expression', undefined],
      [2, 'reply.delta', 'de'],
    ])
  })

  test('repeats its whole text about every second, while there is new text', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { published, recorded, reply } = listen()
    reply.text('one')
    await tick()
    vi.advanceTimersByTime(1_000)
    await tick()
    vi.advanceTimersByTime(5_000)
    reply.text(' two')
    await tick()
    vi.advanceTimersByTime(1_000)
    expect(shown(published)).toEqual([
      [0, 'reply.delta', 'one'],
      [1, 'reply.checkpoint', 'one'],
      [2, 'reply.delta', ' two'],
      [3, 'reply.checkpoint', 'one two'],
    ])
    expect(recorded.map(({ index }) => index)).toEqual([1, 3])
  })

  test('leaves checkpoints out of a slow record but never its end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const slow = Promise.withResolvers<void>()
    const { recorded, reply } = listen(() => slow.promise)
    reply.start()
    reply.text('one')
    await tick()
    vi.advanceTimersByTime(1_000)
    const ended = reply.end({ status: 'complete', text: 'one' })
    expect(recorded.map(({ type }) => type)).toEqual(['reply.start'])
    slow.resolve()
    await ended
    expect(recorded.map(({ type }) => type)).toEqual(['reply.start', 'reply.end'])
  })

  test('that is given up sends nothing more', async () => {
    const { published, reply } = listen()
    reply.text('lost')
    reply[Symbol.dispose]()
    await tick()
    expect(published).toEqual([])
  })
})

test('replies of one round go out together, after all of them are known', async () => {
  const heard: string[] = []
  const outlet = {
    publish: (event: ReplyEvent) => void heard.push(`${event.turnId} ${'text' in event ? event.text : ''}`),
    record: async () => {},
    keepEnd: async () => {},
  }
  const [one, two] = ['one', 'two'].map((turnId) => new ReplyStream({ ...turn, turnId }, outlet))
  one?.text('a')
  two?.text('b')
  one?.text('c')
  expect(heard).toEqual([])
  await tick()
  expect(heard).toEqual(['one ac', 'two b'])
})

test('an end that is sent again comes after everything that was sent before', () => {
  const event = repeatedEnd(turn, { status: 'failed', text: '', notice: 'Sorry.' })
  expect(ReplyEvent.parse(event)).toMatchObject({ attempt: 2, status: 'failed', notice: 'Sorry.' })
  expect(event.index).toBeGreaterThan(1_000_000)
})
