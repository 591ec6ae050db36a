// Two hundred overlays in a process of their own: opens sockets, and answers with how late each frame came.
import { WebSocket } from 'ws'
import { z } from 'zod'
import { summarize } from '../percentiles.ts'

const [address = '', origin = '', hello = '', count = '200'] = process.argv.slice(2)
const Stamped = z.object({ type: z.literal('mouth'), playAt: z.number() })
const delays: number[] = []

const now = () => performance.timeOrigin + performance.now()
await Promise.all(Array.from({ length: Number(count) }, connect))
process.send?.('watching')
process.on('message', (asked) => {
  if (asked === 'begin') delays.length = 0
  else process.send?.({ ...summarize(delays), received: delays.length })
})

async function connect(): Promise<void> {
  const socket = new WebSocket(address, { headers: { origin }, perMessageDeflate: false })
  socket.on('message', (data) => {
    const at = now()
    const stamped = Stamped.safeParse(JSON.parse(data.toString())).data
    if (stamped) delays.push(at - stamped.playAt)
  })
  const first = new Promise((resolve) => socket.once('message', resolve))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(hello)
  await first
}
