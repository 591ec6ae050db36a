import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'

/** How one utterance is answered. */
export interface RealtimePlan {
  /** Each is sent when so many samples have come. */
  readonly deltas?: readonly { readonly afterSamples: number; readonly delta: string }[]
  /** Sent after the final commit, before the end. */
  readonly lateDeltas?: readonly string[]
  /** Default: all deltas; null leaves it out. */
  readonly text?: string | null
  /** Sent when the transcript is done. */
  readonly afterDone?: readonly string[]
  readonly fault?: RealtimeFault
}

export type RealtimeFault =
  /** The upgrade is refused, the way of Uvicorn (403) or another. */
  | { readonly type: 'refuse'; readonly status: number }
  /** The upgrade is never answered. */
  | { readonly type: 'mute' }
  /** Takes everything, and says nothing any more. */
  | { readonly type: 'silent' }
  | { readonly type: 'close'; readonly afterSamples: number }
  | { readonly type: 'reset'; readonly afterSamples: number }
  | { readonly type: 'say'; readonly afterSamples: number; readonly message: string | Uint8Array }

/** What the stand-in saw of one connection. */
export interface RealtimeCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The `session.update`, as it came. */
  update?: unknown
  /** What was said first, by type. */
  readonly types: string[]
  readonly samples: number[]
  isStarted: boolean
  isFinal: boolean
  isClosed: boolean
}

export interface Realtime {
  /** For all connections from now on; undefined: not offered. */
  plan: RealtimePlan | undefined
  /** One each for the next; then `plan`. */
  readonly next: RealtimePlan[]
  /** Those that were upgraded. */
  readonly calls: readonly RealtimeCall[]
  /** Requests to upgrade, refused ones as well. */
  readonly upgrades: number
  stop(): void
}

const ClientEvent = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('session.update'), model: z.string() }),
  z.object({ type: z.literal('input_audio_buffer.append'), audio: z.base64() }),
  z.object({ type: z.literal('input_audio_buffer.commit'), final: z.boolean().default(false) }),
])

/** vLLM's `/v1/realtime`, on whatever path ends so. */
export function serveRealtime(server: Server, apiKey: string | undefined): Realtime {
  const sockets = new WebSocketServer({ noServer: true })
  const calls: RealtimeCall[] = []
  const held = new Set<Duplex>()
  const realtime = {
    plan: undefined as RealtimePlan | undefined,
    next: [] as RealtimePlan[],
    calls,
    upgrades: 0,
    stop() {
      for (const socket of held) socket.destroy()
      for (const client of sockets.clients) client.terminate()
    },
  }
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    realtime.upgrades += 1
    socket.on('error', () => undefined)
    const isOurs = request.url?.endsWith('/v1/realtime')
    const plan = isOurs ? (realtime.next.shift() ?? realtime.plan) : undefined
    const isWelcome = apiKey === undefined || request.headers.authorization === `Bearer ${apiKey}`
    if (plan === undefined) return refuse(socket, 403)
    if (!isWelcome) return refuse(socket, 401)
    if (plan.fault?.type === 'refuse') return refuse(socket, plan.fault.status)
    if (plan.fault?.type === 'mute') return void held.add(socket)
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { headers, url: path = '' } = request
      const call = {
        path,
        headers,
        types: [],
        samples: [],
        isStarted: false,
        isFinal: false,
        isClosed: false,
      }
      calls.push(call)
      converse(client, call, plan)
    })
  })
  return realtime
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function converse(client: WebSocket, call: RealtimeCall, plan: RealtimePlan): void {
  const say = (event: object) => client.send(JSON.stringify(event))
  const waiting = [...(plan.deltas ?? [])]
  const isSilent = plan.fault?.type === 'silent'
  let fault = plan.fault
  say({ type: 'session.created', id: `sess-${call.path.length}`, created: 0 })
  client.on('close', () => {
    call.isClosed = true
  })
  client.on('message', (data) => {
    const event = ClientEvent.safeParse(JSON.parse(String(data)))
    if (!event.success) return say({ type: 'error', error: 'Invalid event', code: 'invalid_event' })
    hear(event.data)
  })

  function hear(event: z.infer<typeof ClientEvent>): void {
    if (call.types.at(-1) !== event.type) call.types.push(event.type)
    if (event.type === 'session.update') call.update = event
    else if (event.type === 'input_audio_buffer.append') append(event.audio)
    else if (call.update === undefined) say({ type: 'error', error: 'no model', code: 'model_not_validated' })
    else if (event.final) conclude()
    else call.isStarted = true
  }

  function append(audio: string): void {
    const bytes = Buffer.from(audio, 'base64')
    for (let at = 0; at < bytes.length; at += 2) call.samples.push(bytes.readInt16LE(at))
    while (!isSilent && waiting[0] && call.samples.length >= waiting[0].afterSamples)
      say({ type: 'transcription.delta', delta: waiting.shift()?.delta })
    if (fault && 'afterSamples' in fault && call.samples.length >= fault.afterSamples) strike(fault)
  }

  function strike(due: NonNullable<RealtimePlan['fault']>): void {
    fault = undefined
    if (due.type === 'close') client.close(1011)
    else if (due.type === 'reset') client.terminate()
    else if (due.type === 'say') client.send(due.message)
  }

  function conclude(): void {
    call.isFinal = true
    if (isSilent) return
    for (const delta of plan.lateDeltas ?? []) say({ type: 'transcription.delta', delta })
    const all = [...(plan.deltas ?? []).map(({ delta }) => delta), ...(plan.lateDeltas ?? [])].join('')
    const { text = all } = plan
    say({ type: 'transcription.done', ...(text === null ? {} : { text }), usage: { total_tokens: 1 } })
    for (const delta of plan.afterDone ?? []) say({ type: 'transcription.delta', delta })
  }
}
