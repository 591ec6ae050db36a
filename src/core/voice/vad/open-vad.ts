import { VadFailedError } from './errors.ts'
import { contextSamples, inputSamples, stateLength } from './silero-network.ts'
import { type Vad, type VadStream, vadWindowSamples } from './vad.ts'
import { batchCapacity } from './vad-engine.ts'
import { VadThread } from './vad-thread.ts'

export interface VadOptions {
  readonly signal: AbortSignal
  /** Never ONNX Runtime, as where its native library is missing. */
  readonly isPlain?: boolean
}

interface Job extends PromiseWithResolvers<number> {
  readonly input: Float32Array
  readonly state: Float32Array
}

/** Resolves when the model has been loaded and has run once, so that the first word does not wait for it. */
export async function openVad({ signal, isPlain = false }: VadOptions): Promise<Vad> {
  signal.throwIfAborted()
  const vad = new SileroVad(isPlain)
  try {
    await vad.open().push(new Int16Array(vadWindowSamples))
    signal.throwIfAborted()
    return vad
  } catch (error) {
    await vad[Symbol.asyncDispose]()
    throw error
  }
}

/** Windows that come while others are being looked at go together into the next run: many speakers, few runs. */
class SileroVad implements Vad {
  readonly #thread: VadThread
  /** At most one of each stream. */
  #waiting: Job[] = []
  #isBusy = false
  #isDisposed = false

  constructor(isPlain: boolean) {
    this.#thread = new VadThread(isPlain)
  }

  get engineName(): string | undefined {
    return this.#thread.engineName
  }

  open(): VadStream {
    return new SileroStream((input, state) => this.#ask(input, state))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    await this.#thread[Symbol.asyncDispose]()
  }

  #ask(input: Float32Array, state: Float32Array): Promise<number> {
    if (this.#isDisposed) return Promise.reject(new VadFailedError('was stopped', { attempts: 0 }))
    const job: Job = { input, state, ...Promise.withResolvers<number>() }
    this.#waiting.push(job)
    if (!this.#isBusy) void this.#work()
    return job.promise
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    // Speakers whose sound came in the same turn of the event loop share the first run.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#runBatch(this.#waiting.splice(0, batchCapacity))
    this.#isBusy = false
  }

  async #runBatch(jobs: readonly Job[]): Promise<void> {
    try {
      await this.#runTwiceAtMost(jobs)
      const { states, probabilities } = this.#thread.batch
      for (const [index, job] of jobs.entries()) {
        job.state.set(states.subarray(index * stateLength, (index + 1) * stateLength))
        job.resolve(probabilities[index] ?? 0)
      }
    } catch (error) {
      for (const job of jobs) job.reject(error)
    }
  }

  /** A thread that died is replaced once; nothing is lost, because the memory of each stream is on this side. */
  async #runTwiceAtMost(jobs: readonly Job[]): Promise<void> {
    try {
      await this.#run(jobs)
    } catch (cause) {
      if (this.#isDisposed) throw cause
      await this.#run(jobs).catch((error: unknown) => {
        throw new VadFailedError('crashed twice', { attempts: 2, cause: error })
      })
    }
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    if (this.#isDisposed) throw new VadFailedError('was stopped', { attempts: 0 })
    for (const [index, job] of jobs.entries()) {
      this.#thread.batch.inputs.set(job.input, index * inputSamples)
      this.#thread.batch.states.set(job.state, index * stateLength)
    }
    await this.#thread.run(jobs.length)
  }
}

class SileroStream implements VadStream {
  readonly #ask: (input: Float32Array, state: Float32Array) => Promise<number>
  /** The end of the window before, then the window. */
  readonly #input = new Float32Array(inputSamples)
  readonly #state = new Float32Array(stateLength)

  constructor(ask: (input: Float32Array, state: Float32Array) => Promise<number>) {
    this.#ask = ask
  }

  push(window: Int16Array): Promise<number> {
    this.#input.copyWithin(0, vadWindowSamples)
    for (let index = 0; index < vadWindowSamples; index += 1)
      this.#input[contextSamples + index] = (window[index] ?? 0) / 32_768
    return this.#ask(this.#input, this.#state)
  }

  reset(): void {
    this.#input.fill(0)
    this.#state.fill(0)
  }
}
