import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'

/** Milliseconds since `beganAt` at which a newcomer has got that far. */
export interface AnswerTimes {
  readonly page: number
  readonly socket: number
  readonly firstWord: number
  readonly answered: number
}

const Data = z.object({ conversation: z.string() })
const Frame = z.object({ type: z.string(), reply: z.object({ status: z.string() }).optional() })

/** Opens the page, says something and reads the answer to its end, as the page's own script does. */
export async function getFirstAnswer(address: string, beganAt: number): Promise<AnswerTimes> {
  const since = () => performance.now() - beganAt
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) })
  const conversation = conversationOf(await response.text())
  const page = since()
  const { origin } = new URL(address)
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/chat/socket`, { origin })
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(10_000) })
    const frames = readFrames(socket)
    socket.send(JSON.stringify({ type: 'hello', conversation }))
    await frames('snapshot')
    const opened = since()
    socket.send(JSON.stringify({ type: 'send', key: randomUUID(), text: 'Hello! Who are you?' }))
    await frames('delta')
    const firstWord = since()
    const { reply } = await frames('end')
    if (reply?.status !== 'complete') throw new Error(`the answer ended as ${reply?.status}`)
    return { page, socket: opened, firstWord, answered: since() }
  } finally {
    socket.terminate()
  }
}

function conversationOf(page: string): string {
  const data = /<script type="application\/json" id="client-data">(.*?)<\/script>/s.exec(page)?.[1]
  if (data === undefined) throw new Error('the page holds no client data')
  return Data.parse(JSON.parse(data)).conversation
}

/** Waits for the first frame of a type, also one that has arrived already. */
function readFrames(socket: WebSocket) {
  const seen: z.infer<typeof Frame>[] = []
  socket.on('message', (data: Buffer) => seen.push(Frame.parse(JSON.parse(data.toString()))))
  return async (type: string) => {
    const deadline = AbortSignal.timeout(10_000)
    for (;;) {
      const frame = seen.find((candidate) => candidate.type === type)
      if (frame) return frame
      await once(socket, 'message', { signal: deadline })
    }
  }
}
