import { createServer, type Http2Server } from 'node:http2'
import { trace } from '@opentelemetry/api'
import { afterEach, expect, it } from 'vitest'
import { createLogger } from '#core/telemetry/logger.ts'
import { startTelemetry } from '#core/telemetry/telemetry.ts'
import { inSpan, traceHeaders } from '#core/telemetry/trace-context.ts'

const logger = createLogger({ level: 'silent' })
let collector: Http2Server | undefined

afterEach(() => {
  collector?.close()
})

it('costs nothing without an endpoint: no headers, no recording span', async () => {
  await using _telemetry = await startTelemetry({ endpoint: undefined, role: 'web', version: '0', logger })
  await inSpan('chat.turn', {}, async (span) => {
    expect(span.isRecording()).toBe(false)
    expect(traceHeaders()).toEqual({})
  })
})

it('sends spans over OTLP gRPC and continues the trace of the sender', async () => {
  const { endpoint, bodies } = await startCollector()
  const telemetry = await startTelemetry({ endpoint, role: 'worker', version: '0', logger })
  let headers: Record<string, string> = {}
  await inSpan('chat.publish', {}, async () => {
    headers = traceHeaders()
  })
  expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  await inSpan('chat.turn', { parentHeaders: headers }, async (span) => {
    expect(span.spanContext().traceId).toBe(headers.traceparent?.slice(3, 35))
  })
  await expect(
    inSpan('chat.fail', {}, async () => {
      throw new RangeError('what somebody said')
    }),
  ).rejects.toThrow(RangeError)
  await telemetry[Symbol.asyncDispose]()
  trace.disable()

  const sent = Buffer.concat(bodies).toString('latin1')
  for (const expected of ['companions-worker', 'chat.publish', 'chat.turn', 'RangeError'])
    expect(sent).toContain(expected)
  expect(sent).not.toContain('what somebody said')
})

/** A gRPC server that answers every call with an empty message and keeps what it was sent. */
async function startCollector(): Promise<{ endpoint: string; bodies: Buffer[] }> {
  const bodies: Buffer[] = []
  const server = createServer()
  server.on('stream', (stream) => {
    stream.on('data', (chunk: Buffer) => bodies.push(chunk))
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 0]))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  collector = server
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the collector has no port')
  return { endpoint: `http://127.0.0.1:${address.port}`, bodies }
}
