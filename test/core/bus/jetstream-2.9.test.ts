import { afterAll, beforeAll, describe } from 'vitest'
import { findNatsServer, NatsServer } from '#test/support/nats-server.ts'
import { describeBusContract } from './contract.ts'
import { jetStreamFixture } from './fixture.ts'

describe('JetStream on the nats-server of Debian', () => {
  let server: NatsServer
  beforeAll(async () => {
    server = await NatsServer.start(findNatsServer())
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })
  describeBusContract(() => jetStreamFixture(server))
})
