import { expect, test } from 'vitest'
import { IncomingReply } from '#core/inference/incoming-reply.ts'

/** What undici lends a handler: notes what is asked of it. */
function createConnection() {
  const calls: string[] = []
  return {
    calls,
    aborted: false,
    paused: false,
    reason: null,
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    abort: () => void calls.push('abort'),
  }
}

function begin() {
  const stop = new AbortController()
  const connection = createConnection()
  const reply = new IncomingReply(stop.signal)
  reply.onRequestStart(connection)
  reply.onResponseStart(connection, 200, {})
  return { reply, connection, stop }
}

test('what arrived between two reads is read at once, in order', async () => {
  const { reply, connection } = begin()
  for (const text of ['a', 'b', 'c']) reply.onResponseData(connection, Buffer.from(text))
  expect(Buffer.from((await reply.read()) ?? []).toString()).toBe('abc')
  const next = reply.read()
  reply.onResponseEnd()
  expect(await next).toBeUndefined()
})

test('a reader that is behind stops the connection until it reads', async () => {
  const { reply, connection } = begin()
  reply.onResponseData(connection, new Uint8Array(60_000))
  expect(connection.calls).not.toContain('pause')
  reply.onResponseData(connection, new Uint8Array(60_000))
  expect(connection.calls).toEqual(['pause'])
  expect(await reply.read()).toHaveLength(120_000)
  expect(connection.calls).toEqual(['pause', 'resume'])
})

test('what came before a break is read before the break is told', async () => {
  const { reply, connection } = begin()
  reply.onResponseData(connection, Buffer.from('a'))
  reply.onResponseError(connection, new Error('reset'))
  expect(await reply.read()).toHaveLength(1)
  await expect(reply.read()).rejects.toThrow('reset')
})

test('an abort ends the request and a waiting read at once, and leaves nothing to read', async () => {
  const { reply, connection, stop } = begin()
  const waiting = reply.read()
  stop.abort(new Error('stopped'))
  await expect(waiting).rejects.toThrow('stopped')
  expect(connection.calls).toContain('abort')
  await expect(reply.read()).rejects.toThrow('stopped')
})

test('a request that is given up before it is sent is aborted as soon as it could be', async () => {
  const stop = new AbortController()
  const reply = new IncomingReply(stop.signal)
  stop.abort(new Error('stopped'))
  await expect(reply.head).rejects.toThrow('stopped')
  const connection = createConnection()
  reply.onRequestStart(connection)
  expect(connection.calls).toEqual(['abort'])
})

test('whoever leaves ends the request and a waiting read', async () => {
  const { reply, connection } = begin()
  const waiting = reply.read()
  reply[Symbol.dispose]()
  expect(await waiting).toBeUndefined()
  expect(connection.calls).toEqual(['abort'])
})
