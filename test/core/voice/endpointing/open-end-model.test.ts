import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger } from '#core/telemetry/logger.ts'
import { openEndModel } from '#core/voice/endpointing/end-model/open-end-model.ts'
import { writeTinyModel } from './tiny-model.ts'

const { signal } = new AbortController()
const audio = { samples: new Int16Array(1_600).fill(7), sampleRateHz: 16_000 }
const lines: { level: string; message: string }[] = []
const logger = createLogger({ level: 'info', write: (line) => void lines.push(JSON.parse(line)) })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'end-model-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  lines.length = 0
})

test('a file is loaded as Smart Turn and asked', async () => {
  const source = join(folder, 'tiny.onnx')
  await writeTinyModel(source)
  await using model = await openEndModel({ source, logger, signal })
  expect(await model.judge?.(audio, signal)).toBeGreaterThan(0)
  expect(lines).toEqual([])
})

test('a file that is none leaves the rules alone, and one line in the log', async () => {
  await using model = await openEndModel({ source: join(folder, 'nowhere.onnx'), logger, signal })
  expect(model.judge).toBeUndefined()
  expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('words alone decide') }])
})

test('an address is asked over HTTP with the key, and complained of once per outage', async () => {
  const authorizations: (string | undefined)[] = []
  let status = 200
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    request.resume().on('end', () => response.writeHead(status).end('{"probability": 0.7}'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/turn`
  await using model = await openEndModel({ source, apiKey: 'key', logger, signal })
  expect(await model.judge?.(audio, signal)).toBe(0.7)
  expect(authorizations).toEqual(['Bearer key'])
  status = 500
  expect(await model.judge?.(audio, signal)).toBeUndefined()
  expect(await model.judge?.(audio, signal)).toBeUndefined()
  expect(lines).toHaveLength(1)
  status = 200
  expect(await model.judge?.(audio, signal)).toBe(0.7)
  status = 500
  await model.judge?.(audio, signal)
  expect(lines).toHaveLength(2)
  server.closeAllConnections()
  server.close()
})

test('an abort while a file is loaded is that abort', async () => {
  const stop = new AbortController()
  const opening = openEndModel({ source: join(folder, 'tiny.onnx'), logger, signal: stop.signal })
  stop.abort(new Error('no call any more'))
  await expect(opening).rejects.toThrow('no call any more')
  expect(lines).toEqual([])
})
