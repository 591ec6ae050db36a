import { randomUUID } from 'node:crypto'
import type { Bus } from '#core/bus/bus.ts'
import { BusUnavailableError } from '#core/bus/errors.ts'
import { publishStage, recordStage } from '#core/bus/stage-bus.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import type { StageEvent, StageSnapshot, StageState } from '#core/protocol/stage.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Tasks } from '../tasks.ts'

export interface StagePublisherOptions {
  readonly stage: string
  readonly bus: Bus
  readonly tasks: Tasks
  readonly logger: Logger
}

/** Tells the avatars of a call what to show, and keeps the newest look for those that come late. */
export class StagePublisher {
  readonly #options: StagePublisherOptions
  #state: StageState = 'idle'
  #expression = 'neutral'
  #speaking: StageSnapshot['speaking']
  #isRecording = false
  #isOutdated = false

  constructor(options: StagePublisherOptions) {
    this.#options = options
  }

  publish(event: StageEvent): void {
    const { bus, stage } = this.#options
    publishStage(bus, stage, event)
    if (this.#note(event)) this.#keep()
  }

  /** The call is over: nobody is on the stage. */
  leave(): void {
    const { stage } = this.#options
    const envelope = { v: protocolVersion, id: randomUUID(), at: Date.now(), correlationId: stage } as const
    this.#speaking = undefined
    this.publish({ ...envelope, type: 'stage.state', state: 'offline' })
  }

  /** Whether the look changed. */
  #note(event: StageEvent): boolean {
    switch (event.type) {
      case 'stage.state':
        this.#state = event.state
        return true
      case 'stage.expression':
        this.#expression = event.name
        return true
      case 'stage.utterance.start':
        this.#speaking = { utteranceId: event.utteranceId, playAt: event.playAt }
        return true
      case 'stage.utterance.cut':
      case 'stage.utterance.end':
        this.#speaking = undefined
        return true
      default:
        return false
    }
  }

  /** One write at a time; of the looks that come meanwhile, only the last one is kept. */
  #keep(): void {
    this.#isOutdated = true
    if (this.#isRecording) return
    this.#isRecording = true
    this.#options.tasks.run('stage snapshot', async () => {
      try {
        while (this.#isOutdated) {
          this.#isOutdated = false
          await this.#record()
        }
      } finally {
        this.#isRecording = false
      }
    })
  }

  async #record(): Promise<void> {
    const { bus, stage, logger } = this.#options
    const snapshot = this.#snapshot()
    try {
      await recordStage(bus, snapshot)
    } catch (error) {
      if (!(error instanceof BusUnavailableError)) throw error
      logger.debug('the look of a stage could not be kept; the next change is', { stage, error })
    }
  }

  #snapshot(): StageSnapshot {
    const { stage } = this.#options
    return {
      v: protocolVersion,
      id: randomUUID(),
      at: Date.now(),
      correlationId: stage,
      type: 'stage.snapshot',
      stage,
      state: this.#state,
      expression: this.#expression,
      ...(this.#speaking ? { speaking: this.#speaking } : {}),
    }
  }
}
