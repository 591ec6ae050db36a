/** The five things a companion needs from models. The OpenAI-shaped clients beside this file and builtin/ implement them. */

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ChatCompletionRequest {
  readonly messages: readonly ChatMessage[]
  readonly maxTokens?: number
  readonly temperature?: number
  /** Keeps a conversation on the replica that has its prefix cached; sent as `x-session-id`. */
  readonly sessionId: string
}

export type ChatChunk =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'end'
      readonly finishReason: 'stop' | 'length' | 'content-filter' | 'unknown'
      readonly promptTokens?: number
      readonly completionTokens?: number
    }

export interface CallOptions {
  readonly signal: AbortSignal
}

export interface ChatModel {
  /** Shown to operators, for example `llama3.2 at http://localhost:11434`. */
  readonly name: string
  /** True for the scripted demo brain, so that surfaces can say what it is. */
  readonly isDemo: boolean
  /** Streams one answer; the last chunk is `end`. Ends early by abort or with an InferenceError. */
  complete(request: ChatCompletionRequest, options: CallOptions): AsyncIterable<ChatChunk>
}

/** Mono 16-bit PCM. */
export interface Pcm {
  readonly samples: Int16Array
  readonly sampleRateHz: number
}

export interface Transcriber {
  readonly name: string
  transcribe(
    audio: Pcm,
    options: CallOptions & { readonly language?: string },
  ): Promise<{ text: string; language?: string }>
}

export interface SpeechStream {
  readonly sampleRateHz: number
  /** Mono 16-bit blocks as they are made; sizes vary. */
  readonly blocks: AsyncIterable<Int16Array>
}

export interface Synthesizer {
  readonly name: string
  /** The voices that it has, where it says so. */
  readonly voices?: readonly string[]
  synthesize(text: string, options: CallOptions & { readonly voice?: string }): Promise<SpeechStream>
}

export interface Embedder {
  readonly name: string
  /** One unit-length vector per text, in order. */
  embed(texts: readonly string[], options: CallOptions): Promise<Float32Array[]>
}

export interface Reranker {
  readonly name: string
  /** Relevance of each document, best first. */
  rerank(
    query: string,
    documents: readonly string[],
    options: CallOptions & { readonly topN?: number },
  ): Promise<{ index: number; score: number }[]>
}

/** What this installation has. `transcriber` and `reranker` have no built-in default. */
export interface Inference {
  readonly chatModel: ChatModel
  readonly synthesizer: Synthesizer
  readonly embedder: Embedder
  readonly transcriber: Transcriber | undefined
  readonly reranker: Reranker | undefined
}
