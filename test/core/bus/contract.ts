import { afterEach, beforeEach, describe } from 'vitest'
import { describeChatFunctions } from './contract-chat.ts'
import { describeErasure } from './contract-erase.ts'
import { describeLiveMessages } from './contract-live.ts'
import { describeWorkOrder } from './contract-order.ts'
import { describeWorkQueue } from './contract-queue.ts'
import type { BusFixture } from './fixture.ts'

/** How a part of the contract gets at the fixture of the running test. */
export type CurrentFixture = () => BusFixture

/** What every bus promises. Each implementation runs all of it. */
export function describeBusContract(start: () => Promise<BusFixture>): void {
  describe('the bus contract', () => {
    let fixture: BusFixture
    beforeEach(async () => {
      fixture = await start()
    })
    afterEach(async () => {
      await fixture[Symbol.asyncDispose]()
    })
    const current = () => fixture
    describe('work queue', () => describeWorkQueue(current))
    describe('order', () => describeWorkOrder(current))
    describe('live messages', () => describeLiveMessages(current))
    describe('erasing', () => describeErasure(current))
    describe('chat', () => describeChatFunctions(current))
  })
}
