import { Worker } from 'node:worker_threads'
import type { Pcm } from '#core/inference/ports.ts'
import { EndModelError } from './errors.ts'
import type { SmartTurnReply, SmartTurnWorkerData } from './smart-turn-worker.ts'

/** Pauses that may wait for the model, at 10 to 60 ms each; of more, the newest go unjudged: the rules decide. */
const maxWaiting = 8

/**
 * Smart Turn v3 (BSD-2-Clause, 8 MB, 23 languages): hears from the melody of the last 8 s whether a turn is over. Its
 * weights come in no package, so `modelFile` names the .onnx file.
 */
export interface SmartTurn extends AsyncDisposable {
  /** 0 to 1; undefined when it cannot say in time. */
  readonly judge: (audio: Pcm, signal: AbortSignal) => Promise<number | undefined>
}

/** Resolves when the model is loaded; rejects with EndModelError. */
export async function openSmartTurn(
  modelFile: string,
  { signal }: { signal: AbortSignal },
): Promise<SmartTurn> {
  signal.throwIfAborted()
  const thread = new SmartTurnThread(modelFile)
  const abort = () => thread.stop(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await thread.ready
    return thread
  } catch (error) {
    await thread[Symbol.asyncDispose]()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

class SmartTurnThread implements SmartTurn {
  readonly ready: Promise<unknown>
  readonly #worker: Worker
  #waiting: PromiseWithResolvers<number | undefined>[] = []
  #isStopped = false

  constructor(modelFile: string) {
    const workerData: SmartTurnWorkerData = { modelFile }
    this.#worker = new Worker(new URL('./smart-turn-worker.ts', import.meta.url), {
      name: 'end-of-turn model',
      execArgv: [],
      workerData,
    })
    this.#worker
      .on('message', (reply: SmartTurnReply) => this.#answer(reply))
      .on('error', (cause) => this.stop(new EndModelError('cannot be used', { cause })))
      .on('exit', () => this.stop(new EndModelError('ended', {})))
    this.ready = this.#expect()
  }

  readonly judge = async (audio: Pcm, signal: AbortSignal): Promise<number | undefined> => {
    signal.throwIfAborted()
    if (this.#isStopped || this.#waiting.length >= maxWaiting) return undefined
    this.#worker.postMessage(audio.samples)
    const probability = await this.#expect()
    signal.throwIfAborted()
    return probability
  }

  stop(reason: unknown): void {
    this.#isStopped = true
    for (const waiting of this.#waiting.splice(0)) waiting.reject(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop(new EndModelError('was stopped', {}))
    await this.#worker.terminate()
  }

  #expect(): Promise<number | undefined> {
    const waiting = Promise.withResolvers<number | undefined>()
    this.#waiting.push(waiting)
    this.#worker.ref()
    return waiting.promise
  }

  #answer(reply: SmartTurnReply): void {
    this.#waiting.shift()?.resolve('probability' in reply ? reply.probability : undefined)
    // A model that has nothing to do must not keep the process alive.
    if (this.#waiting.length === 0) this.#worker.unref()
  }
}
