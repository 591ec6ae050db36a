import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createHttpJudge } from '#core/voice/endpointing/end-model/http-judge.ts'

const { signal } = new AbortController()
const audio = { samples: new Int16Array(1_600).fill(7), sampleRateHz: 16_000 }

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('sends the turn as a WAV file and believes the answer', async () => {
  let received = Buffer.alloc(0)
  await using server = await serve(async (request, response) => {
    received = Buffer.concat(await Array.fromAsync(request))
    response.end('{"prediction": 1, "probability": 0.83}')
  })
  expect(await createHttpJudge({ url: server.url, timeoutMs: 10_000 })(audio, signal)).toBe(0.83)
  expect(received.toString('latin1', 0, 4)).toBe('RIFF')
  expect(received).toHaveLength(44 + 3_200)
})

test.each<[string, RequestListener]>([
  ['refuses', (_, response) => response.writeHead(500).end('{}')],
  ['talks nonsense', (_, response) => response.end('<html>')],
  ['is out of range', (_, response) => response.end('{"probability": 7}')],
  ['hangs up', (request) => request.destroy()],
  ['never answers', () => undefined],
])('one that %s has no opinion', async (_, listener) => {
  await using server = await serve(listener)
  expect(await createHttpJudge({ url: server.url, timeoutMs: 100 })(audio, signal)).toBeUndefined()
})

test('an abort midway is that abort, and the request is dropped', async () => {
  const stop = new AbortController()
  const dropped = Promise.withResolvers<void>()
  await using server = await serve((request) => {
    request.on('close', () => dropped.resolve())
    stop.abort(new Error('spoke on'))
  })
  await expect(createHttpJudge({ url: server.url, timeoutMs: 5_000 })(audio, stop.signal)).rejects.toThrow(
    'spoke on',
  )
  await dropped.promise
})
