import { afterAll, beforeAll, describe } from 'vitest'
import { findCurrentNatsServer, NatsServer } from '#test/support/nats-server.ts'
import { describeBusContract } from './contract.ts'
import { jetStreamFixture } from './fixture.ts'

const program = findCurrentNatsServer()
const isRequired = process.env.REQUIRE_SERVICES === '1'
const reason = program === undefined ? ' (skipped: run scripts/provision-nats.mjs to install it)' : ''

describe.skipIf(program === undefined && !isRequired)(`JetStream on the current nats-server${reason}`, () => {
  let server: NatsServer
  beforeAll(async () => {
    if (program === undefined)
      throw new Error('the current nats-server is required: run scripts/provision-nats.mjs')
    server = await NatsServer.start(program)
  })
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
  })
  describeBusContract(() => jetStreamFixture(server))
})
