import { Worker } from 'node:worker_threads'
import { VadFailedError } from './errors.ts'
import { createBatchMemory, type VadBatch, viewBatch } from './vad-engine.ts'
import type { VadWorkerData, VadWorkerMessage } from './vad-worker.ts'

/** A batch takes 5 ms; the first one waits for the model, 150 ms. */
const hungMs = 10_000

/**
 * The thread that runs the model. ONNX Runtime's `run` computes on the thread that calls it, in spite of its promise
 * (1.30), so it must not be the one that paces audio.
 */
export class VadThread implements AsyncDisposable {
  readonly batch: VadBatch
  readonly #memory = createBatchMemory()
  readonly #isPlain: boolean
  #worker: Worker | undefined
  #running: PromiseWithResolvers<void> | undefined
  engineName: string | undefined

  constructor(isPlain: boolean) {
    this.#isPlain = isPlain
    this.batch = viewBatch(this.#memory)
  }

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  /** Runs what lies in {@link batch}; one run at a time. */
  async run(count: number): Promise<void> {
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#running = Promise.withResolvers<void>()
    const hung = setTimeout(() => this.#stop(new VadFailedError('hangs', { attempts: 1 })), hungMs)
    this.#worker.postMessage(count)
    try {
      await this.#running.promise
    } finally {
      clearTimeout(hung)
      // A silent room must not keep the process alive.
      this.#worker?.unref()
      this.#running = undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop(new VadFailedError('was stopped', { attempts: 1 }))
  }

  #start(): Worker {
    const workerData: VadWorkerData = { memory: this.#memory, isPlain: this.#isPlain }
    const worker = new Worker(new URL('./vad-worker.ts', import.meta.url), {
      name: 'speech detector',
      execArgv: [],
      workerData,
    })
    const crashed = (cause?: unknown) => {
      if (worker === this.#worker) void this.#stop(new VadFailedError('crashed', { attempts: 1, cause }))
    }
    worker.on('error', crashed).on('exit', () => crashed())
    worker.on('message', (message: VadWorkerMessage) => {
      if (worker !== this.#worker) return
      if (message.type === 'ready') this.engineName = message.engineName
      else this.#running?.resolve()
    })
    return worker
  }

  async #stop(reason: Error): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#running?.reject(reason)
    await worker?.terminate()
  }
}
