import type { WebSocket } from 'ws'
import type { CallScope } from './call-scope.ts'
import type { Faults } from './faults.ts'
import { Newest } from './newest.ts'
import {
  appendEvent,
  beginEvents,
  endEvent,
  parseRealtimeEvent,
  type RealtimeEvent,
} from './realtime-events.ts'
import type { TranscriptStream } from './streaming-transcriber.ts'
import { UnsentSound } from './unsent-sound.ts'

/** Twenty seconds at 16 kHz: a deployment that wakes up, or a line that stalls. */
const maxUnsentSamples = 320_000
/** More than this on its way in the socket, and the rest waits here, where it can be dropped. */
const maxBufferedBytes = 65_536
/** Nobody talks so much in one breath. */
const maxTextChars = 50_000

export interface RealtimeStreamOptions {
  readonly scope: CallScope
  readonly faults: Faults
  readonly language: string | undefined
  /** The recogniser's name for `session.update`. */
  readonly model: () => Promise<string | undefined>
  /** Rejects with an InferenceError; tries again by itself where that may help. */
  readonly connect: () => Promise<WebSocket>
  /** Told once, with what ended it; undefined when the final transcript arrived. */
  readonly onOver: (fault: unknown) => void
}

/**
 * One utterance over one connection.
 *
 * - connecting: takes sound and keeps it
 * - listening: sends sound, reads deltas
 * - finishing: all sound was given; waits for the final transcript
 * - over: with it, or with a fault, or because the scope ended
 */
export class RealtimeStream implements TranscriptStream {
  readonly #options: RealtimeStreamOptions
  readonly #interims = new Newest<string>()
  readonly #final = Promise.withResolvers<string>()
  readonly #unsent = new UnsentSound(maxUnsentSamples)
  #socket: WebSocket | undefined
  #text = ''
  #isFinishing = false
  #hasSentEnd = false
  #isOver = false

  constructor(options: RealtimeStreamOptions) {
    this.#options = options
    // Whoever gave up on the utterance does not wait for its transcript.
    this.#final.promise.catch(() => undefined)
    const { signal } = options.scope
    if (signal.aborted) this.#end({ fault: signal.reason })
    else signal.addEventListener('abort', () => this.#end({ fault: signal.reason }), { once: true })
    void this.#begin()
  }

  get interims(): AsyncIterable<string> {
    return this.#interims
  }

  push(samples: Int16Array): void {
    if (this.#isOver || this.#isFinishing || samples.length === 0) return
    this.#unsent.add(samples)
    this.#sendMore()
  }

  finish(): Promise<string> {
    this.#isFinishing = true
    this.#sendMore()
    return this.#final.promise
  }

  async #begin(): Promise<void> {
    const { connect, model, language, scope } = this.#options
    try {
      const [socket, name] = await Promise.all([connect(), model()])
      if (this.#isOver) return socket.terminate()
      scope.firstByteArrived()
      socket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : String(data)))
      socket.on('close', () => this.#end({ fault: this.#options.faults.interrupted(undefined) }))
      for (const event of beginEvents(name, language)) socket.send(event)
      this.#socket = socket
      this.#sendMore()
    } catch (fault) {
      this.#end({ fault })
    }
  }

  #sendMore(): void {
    const socket = this.#socket
    if (socket === undefined || this.#isOver) return
    while (socket.bufferedAmount < maxBufferedBytes) {
      const block = this.#unsent.take()
      if (block === undefined) {
        this.#sendEnd(socket)
        break
      }
      socket.send(appendEvent(block), () => this.#sendMore())
    }
  }

  #sendEnd(socket: WebSocket): void {
    if (!this.#isFinishing || this.#hasSentEnd) return
    this.#hasSentEnd = true
    socket.send(endEvent)
    this.#options.scope.waitsForChunk()
  }

  #receive(text: string | undefined): void {
    if (this.#isOver) return
    const event = text === undefined ? undefined : tryParse(text)
    if (event === undefined) this.#garbled('says something that is no event')
    else if (event.type === 'transcription.delta') this.#hear(event.delta)
    else if (event.type === 'transcription.done') this.#conclude(event.text ?? this.#text)
    else if (event.type === 'error') this.#end({ fault: this.#options.faults.interrupted(undefined) })
  }

  #hear(delta: string): void {
    // Each sign of life while the final transcript is made counts.
    if (this.#hasSentEnd) this.#options.scope.waitsForChunk()
    this.#text += delta
    if (this.#text.length > maxTextChars) this.#garbled('does not end its transcript')
    else if (delta !== '') this.#interims.set(this.#text)
  }

  /** A transcript that ends before the sound did, or has holes, is not the one of this utterance. */
  #conclude(text: string): void {
    const { faults } = this.#options
    if (!this.#hasSentEnd || this.#unsent.hasDropped) this.#end({ fault: faults.interrupted(undefined) })
    else this.#end({ text: text.trim() })
  }

  #garbled(what: string): void {
    this.#end({ fault: this.#options.faults.protocol(what) })
  }

  #end(end: { readonly text: string } | { readonly fault: unknown }): void {
    if (this.#isOver) return
    this.#isOver = true
    if ('text' in end) {
      this.#final.resolve(end.text)
      this.#interims.end()
    } else {
      this.#final.reject(end.fault)
      this.#interims.end(end)
    }
    // Closing is how the replica learns that nobody listens any more; nothing is worth a farewell.
    this.#socket?.terminate()
    this.#options.scope.close()
    this.#options.onOver('fault' in end ? end.fault : undefined)
  }
}

function tryParse(text: string): RealtimeEvent | undefined {
  try {
    return parseRealtimeEvent(text)
  } catch {
    return undefined
  }
}
