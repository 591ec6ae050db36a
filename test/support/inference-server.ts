import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { prettifyError, ZodError } from 'zod'
import type { ServiceName } from '#core/inference/services.ts'
import { answers } from './inference/answers.ts'
import { createPacer } from './inference/pacer.ts'
import type { Fault, PlanSource } from './inference/plan.ts'
import { type Realtime, serveRealtime } from './inference/realtime.ts'
import { readBody } from './inference/request-body.ts'
import { createRequestLog, epochMs, type InferenceRequest } from './inference/request-log.ts'

export interface InferenceServerOptions {
  readonly port?: number
  /** What each service does unless told otherwise. */
  readonly plans?: Partial<Record<ServiceName, PlanSource>>
  readonly models?: readonly string[]
  /** When given, every request must bear it. */
  readonly apiKey?: string
  /** Uvicorn's, under Ray Serve: 5 s. */
  readonly keepAliveTimeoutMs?: number
  /** Ray Serve's own LLM ingress has no `/v1/rerank`; default true. */
  readonly hasRerankRoute?: boolean
}

/** An inference server in the shape of Ray Serve, on loopback, that does what it is told and remembers what it saw. */
export interface InferenceServer extends AsyncDisposable {
  /** Fits RAY_SERVE_URL; also every service's own address, Ollama's way. */
  readonly url: string
  /** Fits LLM_URL and its siblings, and openInference: `{ llm: { url }, ... }`. */
  readonly targets: Readonly<Record<ServiceName, { readonly url: string }>>
  readonly requests: readonly InferenceRequest[]
  /** `WS /v1/realtime`; not offered until it has a plan. */
  readonly realtime: Realtime
  readonly openConnections: number
  /** From now on. */
  plan(service: ServiceName, plan: PlanSource): void
  /** For the next requests, one each; then as before. */
  planNext(service: ServiceName, ...plans: PlanSource[]): void
  waitFor(condition: (request: InferenceRequest) => boolean, timeoutMs?: number): Promise<InferenceRequest>
}

const prefixes: Record<ServiceName, string> = {
  llm: '/llm',
  stt: '/whisper',
  tts: '/tts',
  embeddings: '/embeddings',
  reranker: '/reranker',
}

const routes: Record<string, ServiceName> = {
  '/v1/chat/completions': 'llm',
  '/v1/audio/transcriptions': 'stt',
  '/v1/audio/speech': 'tts',
  '/v1/embeddings': 'embeddings',
  '/v1/rerank': 'reranker',
  '/v1/score': 'reranker',
}

export async function startInferenceServer(options: InferenceServerOptions = {}): Promise<InferenceServer> {
  const { models = ['test-model'], apiKey, hasRerankRoute = true } = options
  const log = createRequestLog()
  const pacer = createPacer()
  const plans: Partial<Record<ServiceName, PlanSource>> = { ...options.plans }
  const nextPlans = new Map<ServiceName, PlanSource[]>()
  const connections = new Map<Socket, number>()
  let connectionCount = 0

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (error instanceof ZodError) sendJson(response, 400, { error: { message: prettifyError(error) } })
      else response.destroy()
    })
  })
  server.keepAliveTimeout = options.keepAliveTimeoutMs ?? 5_000
  server.keepAliveTimeoutBuffer = 0
  server.on('connection', (socket) => {
    connectionCount += 1
    connections.set(socket, connectionCount)
    socket.on('close', () => connections.delete(socket))
  })

  async function handle(message: IncomingMessage, response: ServerResponse) {
    // Unlike Node, Uvicorn does not tell clients when it will close the connection.
    response.setHeader('connection', 'keep-alive')
    const path = withoutPrefix(message.url ?? '/')
    if (apiKey !== undefined && message.headers.authorization !== `Bearer ${apiKey}`)
      return sendJson(response, 401, { error: { message: 'wrong key' } })
    if (path === '/v1/models')
      return sendJson(response, 200, { data: models.map((id) => ({ id, object: 'model' })) })
    const service = routes[path]
    if (!service || (path === '/v1/rerank' && !hasRerankRoute))
      return sendJson(response, 404, { detail: 'Not Found' })
    const request = await record(service, path, message, response)
    const source = nextPlans.get(service)?.shift() ?? plans[service] ?? {}
    const plan = typeof source === 'function' ? source(request) : source
    if (!strikesAtOnce(plan.fault, response)) answers[service]({ request, response, plan, log, pacer })
  }

  async function record(
    service: ServiceName,
    path: string,
    message: IncomingMessage,
    response: ServerResponse,
  ) {
    const { headers, socket } = message
    const body = await readBody(message)
    const number = log.requests.length + 1
    const connection = connections.get(socket) ?? 0
    const request: InferenceRequest = {
      number,
      service,
      path,
      headers,
      body,
      connection,
      receivedAt: epochMs(),
      sent: 0,
    }
    response.on('close', () => {
      if (response.writableFinished) request.finishedAt = epochMs()
      else request.abortedAt = epochMs()
      log.changed()
    })
    log.add(request)
    return request
  }

  const realtime = serveRealtime(server, apiKey)

  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    targets: {
      llm: { url: url + prefixes.llm },
      stt: { url: url + prefixes.stt },
      tts: { url: url + prefixes.tts },
      embeddings: { url: url + prefixes.embeddings },
      reranker: { url: url + prefixes.reranker },
    },
    requests: log.requests,
    realtime,
    get openConnections() {
      return connections.size
    },
    plan(service, plan) {
      plans[service] = plan
    },
    planNext(service, ...more) {
      nextPlans.set(service, [...(nextPlans.get(service) ?? []), ...more])
    },
    waitFor: log.waitFor,
    async [Symbol.asyncDispose]() {
      pacer.stop()
      realtime.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** `/llm/v1/models` and `/v1/models` are the same. */
function withoutPrefix(url: string): string {
  const { pathname } = new URL(url, 'http://server')
  const prefix = Object.values(prefixes).find((candidate) => pathname.startsWith(`${candidate}/v1/`))
  return pathname.slice(prefix?.length ?? 0)
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Faults that leave no room for an answer. */
function strikesAtOnce(fault: Fault | undefined, response: ServerResponse): boolean {
  const { socket } = response
  switch (fault?.type) {
    case 'status':
      sendJson(response, fault.status, fault.body ?? { detail: 'as planned' }, fault.headers)
      return true
    case 'body':
      response.writeHead(200, { 'content-type': 'text/event-stream', ...fault.headers })
      response.end(fault.body)
      return true
    case 'silent':
      return true
    case 'raw':
      if (socket) fault.write(socket)
      return true
    case 'reset':
      if (fault.after !== undefined) return false
      socket?.resetAndDestroy()
      return true
    default:
      return false
  }
}
