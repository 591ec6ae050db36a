import type { NatsServer } from '../../support/nats-server.ts'
import { spawnNode } from '../../support/spawned-process.ts'
import { isMessage, type Measurement, measure } from './measure.ts'

export interface Pace {
  readonly streams: number
  readonly tokensPerSecond: number
  readonly seconds: number
}

/** The same tokens over bare NATS to a bare WebSocket. */
export async function measureFloor(
  broker: NatsServer,
  { streams, tokensPerSecond, seconds }: Pace,
): Promise<Measurement> {
  await using publisher = spawnNode('test/bench/chat/floor-publisher-main.ts', [
    broker.url,
    String(tokensPerSecond),
  ])
  await using web = spawnNode('test/bench/chat/floor-web-main.ts', [broker.url])
  await publisher.waitForMessage(isMessage('ready'), 10_000)
  const { port } = await web.waitForMessage(isMessage<'ready', { port: number }>('ready'), 10_000)
  const load = {
    kind: 'floor',
    url: `ws://127.0.0.1:${port}`,
    streams,
    tokens: tokensPerSecond * seconds,
  } as const
  return await measure(load, { worker: publisher.pid, broker: broker.pid ?? 0, web: web.pid })
}
