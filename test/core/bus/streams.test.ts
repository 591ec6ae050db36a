import { type JetStreamManager, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { connect, millis, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { StreamConflictError } from '#core/bus/errors.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import { ensureStreams, recordStream, requestStream, workers } from '#core/bus/streams.ts'
import { findCurrentNatsServer, findNatsServer, NatsServer } from '#test/support/nats-server.ts'
import { collectingLogger } from './collecting-logger.ts'
import { deleteStreams } from './fixture.ts'

const settings = { laneLimit: 20, ackWaitMs: 10_000 }
const current = findCurrentNatsServer()
const programs = [
  { name: 'of Debian', program: findNatsServer() },
  ...(current === undefined ? [] : [{ name: 'of today', program: current }]),
]

describe.each(programs)('streams on the nats-server $name', ({ program }) => {
  let server: NatsServer
  let nc: NatsConnection
  let jsm: JetStreamManager
  beforeAll(async () => {
    server = await NatsServer.start(program)
    nc = await connect({ servers: server.url })
    jsm = await jetstreamManager(nc)
  })
  afterEach(async () => {
    await deleteStreams(server.url)
  })
  afterAll(async () => {
    await nc.close()
    await server[Symbol.asyncDispose]()
  })

  test('are made once, however many processes start at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensureStreams(jsm, settings)))
    expect(await jsm.streams.names().next()).toEqual([
      'CHAT_RECORDS',
      'CHAT_REQUESTS',
      'CHAT_TRIES',
      'DEAD_LETTERS',
      'VOICE_STAGES',
      'VOICE_TRANSCRIPTS',
    ])
    await ensureStreams(jsm, settings)
  })

  test('follow a changed setting and keep what they hold', async () => {
    await ensureStreams(jsm, settings)
    nc.publish('ai.chat.request.web-a', 'kept')
    await nc.flush()
    await ensureStreams(jsm, { laneLimit: 7, ackWaitMs: 3_000 })
    const { config, state } = await jsm.streams.info(requestStream)
    expect(config).toMatchObject({
      max_msgs_per_subject: 7,
      discard_new_per_subject: true,
      retention: 'workqueue',
    })
    expect(state.messages).toBe(1)
    const consumer = await jsm.consumers.info(requestStream, workers)
    expect(millis(consumer.config.ack_wait ?? 0)).toBe(3_000)
  })

  test('that an earlier layout made are migrated', async () => {
    await jsm.streams.add({ name: recordStream, subjects: ['ai.old'], storage: StorageType.File })
    await ensureStreams(jsm, settings)
    const { config } = await jsm.streams.info(recordStream)
    expect(config).toMatchObject({ subjects: ['ai.chat.reply.*.*.record'], max_msgs_per_subject: 1 })
  })

  test('that a newer layout made are left alone', async () => {
    await ensureStreams(jsm, settings)
    await jsm.streams.update(recordStream, { description: 'companions, layout 99', max_msgs_per_subject: 5 })
    await ensureStreams(jsm, settings)
    const { config } = await jsm.streams.info(recordStream)
    expect(config).toMatchObject({ description: 'companions, layout 99', max_msgs_per_subject: 5 })
  })

  test('that cannot be migrated stop the start with the reason', async () => {
    const limits = { name: requestStream, subjects: ['ai.chat.request.*'], retention: RetentionPolicy.Limits }
    await jsm.streams.add({ ...limits, storage: StorageType.File })
    const { logger } = collectingLogger()
    const opening = openJetStreamBus({ url: server.url, outboxFile: ':memory:', logger })
    await expect(opening).rejects.toThrow(StreamConflictError)
    await expect(opening).rejects.toMatchObject({ stream: requestStream, differences: ['retention'] })
  })
})
