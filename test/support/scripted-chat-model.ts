import type { ChatChunk, ChatCompletionRequest, ChatModel } from '#core/inference/ports.ts'

/** What a scripted model does for one request. */
export type Script = (request: ChatCompletionRequest, signal: AbortSignal) => AsyncIterable<ChatChunk>

export interface ScriptedModel extends ChatModel {
  readonly requests: ChatCompletionRequest[]
  /** Requests whose stream was given up before its end, by abort or `break`. */
  readonly abandoned: ChatCompletionRequest[]
}

/** A chat model that plays one script per request; the last one repeats. */
export function scriptedModel(...scripts: readonly Script[]): ScriptedModel {
  const requests: ChatCompletionRequest[] = []
  const abandoned: ChatCompletionRequest[] = []
  return {
    name: 'scripted',
    isDemo: false,
    requests,
    abandoned,
    async *complete(request, { signal }) {
      requests.push(request)
      const script = scripts[Math.min(requests.length, scripts.length) - 1] ?? answering('')
      let isOver = false
      try {
        yield* script(request, signal)
        isOver = true
      } finally {
        if (!isOver) abandoned.push(request)
      }
    },
  }
}

const end: ChatChunk = { type: 'end', finishReason: 'stop', promptTokens: 7, completionTokens: 3 }

/** Answers with these tokens. */
export function answering(...tokens: readonly string[]): Script {
  return async function* () {
    for (const text of tokens) yield { type: 'text', text }
    yield end
  }
}

/** Answers with these tokens, then fails. */
export function failing(error: Error, ...tokens: readonly string[]): Script {
  return async function* () {
    for (const text of tokens) yield { type: 'text', text }
    throw error
  }
}

/** Answers with these tokens, then says nothing more until `resume` resolves or the signal aborts. */
export function stallingAfter(
  tokens: readonly string[],
  resume: Promise<void> = new Promise(() => {}),
): Script {
  return async function* (_, signal) {
    for (const text of tokens) yield { type: 'text', text }
    await Promise.race([resume, aborted(signal)])
    yield end
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
