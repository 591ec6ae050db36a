import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { nowMicros } from './stamp.ts'

/** One reader at one socket. */
export interface Talk {
  /** Asks for an answer of so many tokens; resolves when all of it has arrived. */
  ask(tokens: number): Promise<void>
  close(): void
}

export interface TalkOptions {
  readonly url: string
  readonly user: string
  /** A piece of an answer, and when its bytes arrived. */
  readonly onText: (text: string, arrivedAt: number) => void
}

/** The floor has no protocol: what arrives is text, and it is whole when there is enough of it. */
export async function openFloorTalk({ url, user, onText }: TalkOptions, tokenLength: number): Promise<Talk> {
  const socket = await open(`${url}/${user}`, {})
  let missing = 0
  let finish = () => {}
  socket.on('message', (data: Buffer) => {
    const arrivedAt = nowMicros()
    onText(data.toString(), arrivedAt)
    missing -= data.length
    if (missing <= 0) finish()
  })
  return {
    ask: (tokens) => {
      missing = tokens * tokenLength
      const { promise, resolve } = Promise.withResolvers<void>()
      finish = resolve
      socket.send(String(tokens))
      return promise
    },
    close: () => socket.close(),
  }
}

const Frame = z.object({
  type: z.string(),
  text: z.string().optional(),
  reply: z.object({ status: z.string() }).optional(),
})

/** The chat page's own protocol, src/web/chat/socket-protocol.ts. */
export async function openCompanionsTalk({ url, user, onText }: TalkOptions): Promise<Talk> {
  const origin = url.replace(/^ws/, 'http')
  const socket = await open(`${url}/chat/socket`, { origin, headers: { 'x-test-user': user } })
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  let settle = Promise.withResolvers<void>()
  const greeted = Promise.withResolvers<void>()
  socket.on('message', (data: Buffer) => {
    const arrivedAt = nowMicros()
    const { type, text, reply } = JSON.parse(data.toString()) as z.infer<typeof Frame>
    if (type === 'delta') onText(text ?? '', arrivedAt)
    else if (type === 'snapshot') greeted.resolve()
    else if (type === 'refused') settle.reject(new Error('the message was refused'))
    else if (type === 'end' && reply?.status === 'complete') settle.resolve()
    else if (type === 'end') settle.reject(new Error(`the answer ended as ${reply?.status}`))
  })
  send({ type: 'hello', conversation: 'home' })
  await greeted.promise
  return {
    ask: (tokens) => {
      settle = Promise.withResolvers()
      send({ type: 'send', key: randomUUID(), text: `${tokens} tokens` })
      return settle.promise
    },
    close: () => socket.close(),
  }
}

async function open(
  url: string,
  options: { origin?: string; headers?: Record<string, string> },
): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 10_000, ...options })
  await once(socket, 'open')
  return socket
}
