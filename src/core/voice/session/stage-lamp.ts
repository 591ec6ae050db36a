import { randomUUID } from 'node:crypto'
import { protocolVersion } from '#core/protocol/envelope.ts'
import type { StageEvent, StageState } from '#core/protocol/stage.ts'

/** Tells the stage what the companion is doing, at changes only. */
export class StageLamp {
  readonly #sessionId: string
  readonly #send: (event: StageEvent) => void
  #state: StageState | undefined

  constructor(sessionId: string, send: (event: StageEvent) => void) {
    this.#sessionId = sessionId
    this.#send = send
  }

  show(state: StageState): void {
    if (state === this.#state) return
    this.#state = state
    const fields = { id: randomUUID(), at: Date.now(), correlationId: this.#sessionId }
    this.#send({ v: protocolVersion, type: 'stage.state', ...fields, state })
  }
}
