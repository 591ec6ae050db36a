import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPacer } from '#test/support/inference/pacer.ts'
import { answerTokens, questionIn, sentenceSamples } from './script.ts'

/**
 * The three services as OpenAI shapes them, with fixed delays and as little work as possible, in a process of their own:
 * `node fake-services-main.ts`. Notes for each question how long its own part of the way to the first sound took.
 */
const sttMs = 100
const firstTokenMs = 150
const tokenMs = 20
const firstByteMs = 120
/** Times real time. */
const voicePace = 4

interface Stamps {
  sttMs?: number
  sentenceMs?: number
  voiceMs?: number
}

const stamps = new Map<number, Stamps>()
const pacer = createPacer()
let questions = 0
let openRequests = 0

const server = createServer((request, response) => {
  openRequests += 1
  response.on('close', () => {
    openRequests -= 1
  })
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => answer(request, Buffer.concat(chunks), response))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})

process.on('message', (message) => {
  if (message === 'take-stamps') {
    process.send?.({ type: 'stamps', stamps: [...stamps], openRequests })
    stamps.clear()
  }
})
process.on('disconnect', () => process.exit(0))

function answer({ url = '' }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const receivedMs = performance.now()
  if (url.endsWith('/audio/transcriptions')) transcribe(receivedMs, response)
  else if (url.endsWith('/chat/completions')) complete(receivedMs, body.toString(), response)
  else if (url.endsWith('/audio/speech')) speak(receivedMs, body.toString(), response)
  else response.writeHead(404).end()
}

function stamp(question: number, name: keyof Stamps, receivedMs: number): void {
  const known = stamps.get(question) ?? {}
  known[name] ??= performance.now() - receivedMs
  stamps.set(question, known)
}

function transcribe(receivedMs: number, response: ServerResponse): void {
  questions += 1
  const question = questions
  at(receivedMs + sttMs, response, () => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ text: `Tell me about number ${question} please.` }))
    stamp(question, 'sttMs', receivedMs)
  })
}

function complete(receivedMs: number, body: string, response: ServerResponse): void {
  const question = questionIn(body)
  const tokens = answerTokens(question, process.argv[2] === 'comma')
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'bench' }
  const event = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  let sent = 0
  const send = () => {
    if (sent === 0) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event({ role: 'assistant', content: '' }, null))
    }
    const token = tokens[sent]
    if (token === undefined) {
      response.end(`${event({}, 'stop')}data: [DONE]\n\n`)
      return
    }
    response.write(event({ content: token }, null))
    sent += 1
    if (token.endsWith('. ')) stamp(question, 'sentenceMs', receivedMs)
    at(receivedMs + firstTokenMs + sent * tokenMs, response, send)
  }
  at(receivedMs + firstTokenMs, response, send)
}

function speak(receivedMs: number, body: string, response: ServerResponse): void {
  const question = questionIn(body)
  const bytes = Buffer.from(sentenceSamples.buffer)
  const chunkBytes = 4_800
  const chunkMs = 100 / voicePace
  let sent = 0
  const send = () => {
    if (sent === 0) {
      response.writeHead(200, { 'content-type': 'audio/pcm; rate=24000' })
      stamp(question, 'voiceMs', receivedMs)
    }
    const start = sent * chunkBytes
    if (start >= bytes.length) {
      response.end()
      return
    }
    response.write(bytes.subarray(start, start + chunkBytes))
    sent += 1
    at(receivedMs + firstByteMs + sent * chunkMs, response, send)
  }
  at(receivedMs + firstByteMs, response, send)
}

/** On absolute deadlines; not at all when the caller has gone. */
function at(dueMs: number, response: ServerResponse, run: () => void): void {
  pacer.at(dueMs, () => {
    if (!response.destroyed) run()
  })
}
