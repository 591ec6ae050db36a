import type { CallOptions } from './ports.ts'

/** A recogniser that listens while a person speaks, for example over the `/v1/realtime` WebSocket of vLLM. */
export interface StreamingTranscriber {
  readonly name: string
  /** The rate at which it wants its samples. */
  readonly sampleRateHz: number
  /** False once the deployment has proved not to offer it, and while it is left alone after failures. */
  readonly isAvailable: boolean
  /** Begins to listen to one utterance; the signal ends it at once. */
  listen(options: CallOptions & { readonly language?: string }): TranscriptStream
}

export interface TranscriptStream {
  /** Mono 16-bit PCM as it is heard. Never waits: what the connection cannot take in time is dropped, oldest first. */
  push(samples: Int16Array): void
  /** Everything understood so far, at each change; ends with the stream. */
  readonly interims: AsyncIterable<string>
  /** There is no more: the final transcript. Rejects with an InferenceError, or the signal's reason. */
  finish(): Promise<string>
}
