import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { ServiceName } from '#core/inference/services.ts'
import type { Pacer } from './pacer.ts'
import type { Plan } from './plan.ts'
import type { InferenceRequest, RequestLog } from './request-log.ts'
import { streamAnswer } from './stream-answer.ts'

export interface Exchange {
  readonly request: InferenceRequest
  readonly response: ServerResponse
  readonly plan: Plan
  readonly log: RequestLog
  readonly pacer: Pacer
}

/** The five services' proper answers. A body of the wrong shape throws a ZodError. */
export const answers: Record<ServiceName, (exchange: Exchange) => void> = {
  llm: complete,
  stt: transcribe,
  tts: speak,
  embeddings: embed,
  reranker: rank,
}

const chatBody = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  stream: z.literal(true),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
})

function complete(exchange: Exchange): void {
  const { request, plan } = exchange
  const body = chatBody.parse(request.body)
  const { model, messages, stream_options: options } = body
  const said = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const tokens = typeof plan.tokens === 'function' ? plan.tokens(request) : (plan.tokens ?? echoTokens(said))
  const event = (choices: unknown[], more = {}) =>
    `data: ${JSON.stringify({ id: `chatcmpl-${request.number}`, object: 'chat.completion.chunk', model, choices, ...more })}\n\n`
  const choice = (delta: object, finishReason: string | null) => ({
    index: 0,
    delta,
    finish_reason: finishReason,
  })
  // Built once: only the token changes.
  const [before = '', after = ''] = event([choice({ content: '\u0000' }, null)]).split('"\\u0000"')
  const usage = { prompt_tokens: 7, completion_tokens: 11, total_tokens: 18 }
  streamAnswer({
    ...exchange,
    firstByteMs: plan.firstByteMs ?? 0,
    intervalMs: plan.tokensPerSecond ? 1000 / plan.tokensPerSecond : 0,
    fault: plan.fault,
    ...(plan.lingerMs === undefined ? {} : { lingerMs: plan.lingerMs }),
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    preamble: event([choice({ role: 'assistant', content: '' }, null)]),
    pieces: mapped(tokens, (token) => before + JSON.stringify(token) + after),
    epilogue: [
      event([choice({}, plan.finishReason ?? 'stop')]),
      options?.include_usage ? event([], { usage }) : '',
      'data: [DONE]\n\n',
    ].join(''),
  })
}

/** The answer repeats the question, so that a test sees which request it belongs to. */
function echoTokens(said: string): string[] {
  return `You said: ${said}`.match(/\s*\S+/g) ?? []
}

function* mapped<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item)
}

const speechBody = z.object({
  input: z.string().min(1),
  response_format: z.enum(['pcm', 'wav']),
  stream_format: z.literal('audio'),
})

function speak(exchange: Exchange): void {
  const { request, plan } = exchange
  const body = speechBody.parse(request.body)
  const { sampleRateHz = 24_000, rateIn = 'content-type', chunkBytes = 4_800 } = plan
  const samples = plan.samples ?? tone(body.input.length * 0.06, sampleRateHz)
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  streamAnswer({
    ...exchange,
    firstByteMs: plan.firstByteMs ?? 0,
    intervalMs: plan.chunkMs ?? 0,
    fault: plan.fault,
    headers: {
      'content-type':
        rateIn === 'content-type'
          ? `audio/pcm; rate=${sampleRateHz}`
          : rateIn === 'wav'
            ? 'audio/wav'
            : 'audio/pcm',
      ...(rateIn === 'header' ? { 'x-sample-rate': String(sampleRateHz) } : {}),
    },
    ...(rateIn === 'wav' ? { preamble: streamedWavHeader(sampleRateHz) } : {}),
    pieces: slices(bytes, chunkBytes),
  })
}

function* slices(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

export function tone(seconds: number, sampleRateHz: number): Int16Array {
  const samples = new Int16Array(Math.round(seconds * sampleRateHz))
  return samples.map((_, index) => Math.sin((2 * Math.PI * 440 * index) / sampleRateHz) * 12_000)
}

/** As streaming servers write it: the length is not known yet. */
function streamedWavHeader(sampleRateHz: number): Uint8Array {
  const header = Buffer.from('RIFF____WAVEfmt ____________________data____', 'latin1')
  header.writeUInt32LE(0xffffffff, 4)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(sampleRateHz, 24)
  header.writeUInt32LE(sampleRateHz * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.writeUInt32LE(0xffffffff, 40)
  return header
}

const transcriptionBody = z.object({ file: z.object({ sampleRateHz: z.number(), seconds: z.number() }) })

function transcribe(exchange: Exchange): void {
  const { request, plan } = exchange
  const body = transcriptionBody.parse(request.body)
  const { text = `I heard ${body.file.seconds.toFixed(2)} seconds.` } = plan
  sendJson(exchange, { text: typeof text === 'function' ? text(request) : text })
}

const embeddingBody = z.object({ input: z.array(z.string()).min(1) })

function embed(exchange: Exchange): void {
  const body = embeddingBody.parse(exchange.request.body)
  const data = body.input.map((text, index) => ({
    index,
    object: 'embedding',
    embedding: letterCounts(text),
  }))
  sendJson(exchange, { object: 'list', data: data.reverse() })
}

/** Counts of a to z: not of unit length, and different for different words. */
function letterCounts(text: string): number[] {
  const counts = new Array<number>(26).fill(0)
  for (const letter of text.toLowerCase()) {
    const place = letter.charCodeAt(0) - 97
    if (place >= 0 && place < 26) counts[place] = (counts[place] ?? 0) + 1
  }
  return counts
}

const rerankBody = z.object({ query: z.string(), documents: z.array(z.string()) })
const scoreBody = z.object({ text_1: z.string(), text_2: z.array(z.string()) })

function rank(exchange: Exchange): void {
  if (exchange.request.path.endsWith('/score')) rankByScore(exchange)
  else rankByRelevance(exchange)
}

function rankByScore(exchange: Exchange): void {
  const { text_1: query, text_2: documents } = scoreBody.parse(exchange.request.body)
  sendJson(exchange, { data: documents.map((text, index) => ({ index, score: overlap(query, text) })) })
}

function rankByRelevance(exchange: Exchange): void {
  const { query, documents } = rerankBody.parse(exchange.request.body)
  sendJson(exchange, {
    results: documents.map((text, index) => ({
      index,
      relevance_score: overlap(query, text),
      document: { text },
    })),
  })
}

function overlap(query: string, document: string): number {
  const words = new Set(document.toLowerCase().split(/\W+/))
  const asked = query.toLowerCase().split(/\W+/)
  return asked.filter((word) => words.has(word)).length / asked.length
}

function sendJson({ request, response, plan, log, pacer }: Exchange, value: unknown): void {
  streamAnswer({
    request,
    response,
    log,
    pacer,
    firstByteMs: plan.firstByteMs ?? 0,
    intervalMs: 0,
    fault: plan.fault,
    headers: { 'content-type': 'application/json' },
    pieces: [JSON.stringify(value)].values(),
  })
}
