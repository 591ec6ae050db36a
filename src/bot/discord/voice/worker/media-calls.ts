import type { FromWorker, ToWorker, WorkerSetup } from '../worker-messages.ts'
import { WorkerCall } from './worker-call.ts'
import { openWorkerParts, type WorkerParts } from './worker-parts.ts'

type Send = (message: FromWorker) => void

const aliveEveryMs = 5_000

/** The calls of this process, driven by what the bot says. */
export class MediaCalls implements AsyncDisposable {
  readonly #calls = new Map<string, WorkerCall>()
  readonly #closing = new AsyncDisposableStack()
  readonly #parts: Promise<WorkerParts>
  readonly #pulse: NodeJS.Timeout
  /** What the bot says is done in its order, though some of it takes a while. */
  #turn: Promise<void> = Promise.resolve()

  constructor(setup: WorkerSetup, send: Send) {
    this.#parts = openWorkerParts(setup, send, this.#closing)
    this.#turn = this.#parts.then(() => undefined)
    this.#pulse = setInterval(() => send({ type: 'worker.alive' }), aliveEveryMs)
  }

  /** A failure ends the process: the bot then joins its calls again in another one. */
  handle(message: ToWorker): void {
    this.#turn = this.#turn.then(() => this.#do(message))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#pulse)
    await Promise.all([...this.#calls.values()].map((call) => call[Symbol.asyncDispose]()))
    await this.#closing.disposeAsync()
  }

  async #do(message: ToWorker): Promise<void> {
    if (message.type === 'call.open') {
      const call = await WorkerCall.open(message.call, await this.#parts)
      this.#calls.set(message.call.callId, call)
      return
    }
    const call = this.#calls.get(message.callId)
    if (call) await this.#tell(call, message)
  }

  async #tell(call: WorkerCall, message: Exclude<ToWorker, { type: 'call.open' }>): Promise<void> {
    switch (message.type) {
      case 'call.join':
        return call.join(message.attempt, message.channelId)
      case 'call.people':
        return call.setPeople(message.people)
      case 'call.settings':
        return call.setSettings(message.settings)
      case 'call.stop':
        return call.stop()
      case 'call.clap':
        return await call.clap()
      case 'gateway.state':
        return call.onState(message.state)
      case 'gateway.server':
        return call.onServer(message.server)
      case 'call.close':
        this.#calls.delete(message.callId)
        // Others' calls do not wait for what this one still has to record.
        void call[Symbol.asyncDispose]()
    }
  }
}
