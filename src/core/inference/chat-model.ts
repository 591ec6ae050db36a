import { z } from 'zod'
import type { Answer } from './answer.ts'
import type { Deployment } from './deployment.ts'
import { InferenceRefusedError } from './errors.ts'
import { createModelChoice } from './model-choice.ts'
import type { ChatChunk, ChatCompletionRequest, ChatModel } from './ports.ts'
import { createServerEventReader, type ServerEventReader } from './server-events.ts'

type FinishReason = Extract<ChatChunk, { type: 'end' }>['finishReason']

/** One event of `POST /v1/chat/completions` with `stream: true`; what we do not use is not looked at. */
const completionEvent = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
  error: z.unknown().optional(),
})

const maxAnswerBytes = 8_000_000

/** Any OpenAI-shaped chat server. Without `model`, the first one that `GET /v1/models` lists. */
export function createChatModel(deployment: Deployment, model?: string): ChatModel {
  const choice = createModelChoice(deployment, model)
  // Some servers refuse `stream_options`; they are asked without it from then on.
  let asksForUsage = true

  async function send(request: ChatCompletionRequest, signal: AbortSignal): Promise<Answer> {
    const chosen = await choice.get(signal)
    try {
      return await deployment.call(callOf(request, chosen, asksForUsage), signal)
    } catch (error) {
      if (!asksForUsage || !isAboutUsage(error)) throw error
      asksForUsage = false
      return await deployment.call(callOf(request, chosen, asksForUsage), signal)
    }
  }

  return {
    get name() {
      return `${choice.current() ?? 'the first model'} at ${deployment.address}`
    },
    isDemo: false,
    complete: (request, { signal }) => readCompletion(() => send(request, signal)),
  }
}

async function* readCompletion(send: () => Promise<Answer>): AsyncGenerator<ChatChunk> {
  const answer = await send()
  const progress: Progress = { hasBegun: false, isDone: false }
  const events = createServerEventReader()
  for await (const bytes of answer.body) {
    for (const data of readEvents(events, bytes, answer)) {
      const text = readEvent(data, progress, answer)
      if (text) yield { type: 'text', text }
    }
    if (progress.isDone) {
      // Said before the loop ends, so that the connection is kept for the next call.
      answer.understood()
      break
    }
  }
  if (!progress.hasBegun) throw answer.garbled('sent an answer without anything in it')
  const { finishReason = progress.isDone ? 'unknown' : undefined, usage } = progress
  if (finishReason === undefined) throw answer.brokenOff()
  answer.understood()
  yield { type: 'end', finishReason, ...usage }
}

interface Progress {
  hasBegun: boolean
  /** `[DONE]` was read. */
  isDone: boolean
  finishReason?: FinishReason
  usage?: ReturnType<typeof tokensOf>
}

function readEvents(events: ServerEventReader, bytes: Uint8Array, answer: Answer): string[] {
  try {
    return events.read(bytes)
  } catch {
    throw answer.garbled('sent an endless event')
  }
}

/** Notes what the event tells about the answer, and returns its text. */
function readEvent(data: string, progress: Progress, answer: Answer): string | null | undefined {
  progress.hasBegun = true
  if (data === '[DONE]') {
    progress.isDone = true
    return undefined
  }
  const event = parseEvent(data, answer)
  const choice = event.choices?.[0]
  if (choice?.finish_reason) progress.finishReason = finishReasonOf(choice.finish_reason)
  if (event.usage) progress.usage = tokensOf(event.usage)
  return choice?.delta?.content
}

function parseEvent(data: string, answer: Answer): z.infer<typeof completionEvent> {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    throw answer.garbled('sent an event that is not JSON')
  }
  const parsed = completionEvent.safeParse(json)
  if (!parsed.success) throw answer.garbled('sent an event of another shape')
  // Once the stream has begun, a fault of the engine can only be told inside it.
  if (parsed.data.error != null) throw answer.brokenOff()
  return parsed.data
}

function callOf(request: ChatCompletionRequest, model: string | undefined, asksForUsage: boolean) {
  // A lone surrogate is valid JSON, but kills a Python server when it encodes it.
  const messages = request.messages.map(({ role, content }) => ({ role, content: content.toWellFormed() }))
  return {
    method: 'POST' as const,
    path: '/chat/completions',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-session-id': encodeURIComponent(request.sessionId.toWellFormed()).slice(0, 200),
    },
    body: JSON.stringify({
      model,
      messages,
      stream: true,
      ...(asksForUsage ? { stream_options: { include_usage: true } } : {}),
      max_tokens: request.maxTokens,
      temperature: request.temperature,
    }),
    maxBytes: maxAnswerBytes,
    privateText: messages.map(({ content }) => content).join('\n'),
  }
}

function isAboutUsage(error: unknown): boolean {
  return error instanceof InferenceRefusedError && /stream_options|include_usage/.test(error.detail ?? '')
}

function finishReasonOf(reason: string): FinishReason {
  if (reason === 'stop' || reason === 'length') return reason
  return reason === 'content_filter' ? 'content-filter' : 'unknown'
}

function tokensOf(usage: NonNullable<z.infer<typeof completionEvent>['usage']>) {
  return {
    ...(usage.prompt_tokens == null ? {} : { promptTokens: usage.prompt_tokens }),
    ...(usage.completion_tokens == null ? {} : { completionTokens: usage.completion_tokens }),
  }
}
