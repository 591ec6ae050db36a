import { Worker } from 'node:worker_threads'
import { InferenceBusyError, InferenceTimeoutError, InferenceUnavailableError } from '../errors.ts'
import type { VoiceReply, VoiceRequest } from './voice-worker.ts'

export interface VoiceThreadOptions {
  /** The thread and its memory are let go after this silence. */
  readonly idleMs?: number
  /** Sentences that may wait; more are refused. One takes about 50 ms. */
  readonly maxWaiting?: number
  /** The thread is given up when one sentence takes so long. */
  readonly hungMs?: number
}

export type Speech = Extract<VoiceReply, { type: 'speech' }>

interface Job extends PromiseWithResolvers<Speech> {
  readonly request: VoiceRequest
}

const facts = {
  service: 'tts',
  address: 'built-in',
  remedy: 'TTS_URL or RAY_SERVE_URL can name a voice server instead.',
} as const

/** The thread that speaks, one sentence at a time: started when there is something to say, stopped when idle. */
export class VoiceThread implements AsyncDisposable {
  readonly #options: Required<VoiceThreadOptions>
  readonly #waiting: Job[] = []
  #current: Job | undefined
  #worker: Worker | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({ idleMs = 60_000, maxWaiting = 32, hungMs = 15_000 }: VoiceThreadOptions = {}) {
    this.#options = { idleMs, maxWaiting, hungMs }
  }

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  async speak(request: VoiceRequest, signal: AbortSignal): Promise<Speech> {
    signal.throwIfAborted()
    if (this.#waiting.length >= this.#options.maxWaiting)
      throw new InferenceBusyError('has too much to say', facts)
    const job: Job = { request, ...Promise.withResolvers<Speech>() }
    const abort = () => {
      // A sentence that is being made cannot be interrupted, only ignored.
      if (this.#waiting.includes(job)) this.#waiting.splice(this.#waiting.indexOf(job), 1)
      job.reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#waiting.push(job)
    this.#next()
    try {
      return await job.promise
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop(new InferenceUnavailableError('was stopped', { ...facts, isPassing: false }))
  }

  #next(): void {
    if (this.#current) return
    this.#current = this.#waiting.shift()
    clearTimeout(this.#timer)
    if (!this.#current) {
      this.#rest()
      return
    }
    const { hungMs } = this.#options
    const hung = new InferenceTimeoutError(`was silent for ${hungMs / 1000} s`, {
      ...facts,
      phase: 'stall',
      timeoutMs: hungMs,
    })
    this.#timer = setTimeout(() => this.#stop(hung), hungMs)
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage(this.#current.request)
  }

  /** An idle voice must not keep the process alive. */
  #rest(): void {
    this.#worker?.unref()
    this.#timer = setTimeout(() => this.#stop(), this.#options.idleMs).unref()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./voice-worker.ts', import.meta.url), {
      name: 'built-in voice',
      execArgv: [],
    })
    const crashed = (cause?: unknown) => {
      if (worker !== this.#worker) return
      this.#worker = undefined
      void this.#stop(new InferenceUnavailableError('crashed', { ...facts, cause, isPassing: true }))
    }
    worker.on('error', crashed).on('exit', () => crashed())
    worker.on('message', (reply: VoiceReply) => {
      const job = this.#current
      this.#current = undefined
      if (reply.type === 'speech') job?.resolve(reply)
      else
        job?.reject(new InferenceUnavailableError(`failed (${reply.reason})`, { ...facts, isPassing: false }))
      this.#next()
    })
    return worker
  }

  async #stop(reason?: Error): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    for (const job of [this.#current, ...this.#waiting.splice(0)]) job?.reject(reason)
    this.#current = undefined
    await worker?.terminate()
  }
}
