import type { Socket } from 'node:net'
import type { InferenceRequest } from './request-log.ts'

/** How one request is answered. What a service has no use for is ignored. */
export interface Plan {
  /** From the request's last byte to the answer's first; default 0. */
  readonly firstByteMs?: number
  /** LLM: pieces of the answer; a function is asked at the request, its iterator when each token is due. */
  readonly tokens?: Iterable<string> | ((request: InferenceRequest) => Iterable<string>)
  /** LLM: default as fast as possible, otherwise on absolute deadlines. */
  readonly tokensPerSecond?: number
  /** LLM: how it ends; default `stop`. */
  readonly finishReason?: string
  /** LLM: from `[DONE]` to the end of the body; default none. */
  readonly lingerMs?: number
  /** STT: what was heard. */
  readonly text?: string | ((request: InferenceRequest) => string)
  /** TTS: the sound; default a 440 Hz tone of 60 ms a character. */
  readonly samples?: Int16Array
  /** TTS: default 24 000. */
  readonly sampleRateHz?: number
  /** TTS: where the rate is told; default `content-type`. */
  readonly rateIn?: 'content-type' | 'header' | 'wav' | 'nowhere'
  /** TTS: bytes a write; odd numbers cut samples in two. Default 4 800. */
  readonly chunkBytes?: number
  /** TTS: pauses between chunks; default none. */
  readonly chunkMs?: number
  readonly fault?: Fault
}

/** `after` counts tokens or audio chunks that are sent properly first. */
export type Fault =
  | {
      readonly type: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: unknown
    }
  /** Never answers. */
  | { readonly type: 'silent' }
  /** TCP reset: without `after` before the headers, with 0 after them. */
  | { readonly type: 'reset'; readonly after?: number }
  /** The connection ends in the middle of the body. */
  | { readonly type: 'cut'; readonly after: number }
  /** The body ends properly, but before the answer does. */
  | { readonly type: 'end-early'; readonly after: number }
  /** Falls silent and keeps the connection. */
  | { readonly type: 'stall'; readonly after: number }
  /** The engine's fault, told inside the stream. */
  | { readonly type: 'error-event'; readonly after: number }
  /** A 200 with this body. */
  | { readonly type: 'body'; readonly body: string | Uint8Array; readonly headers?: Record<string, string> }
  /** Anything at all, straight to the socket. */
  | { readonly type: 'raw'; readonly write: (socket: Socket) => void }

export type PlanSource = Plan | ((request: InferenceRequest) => Plan)
