// The floor's web server: a bare `ws` that passes on what a bare subscription brings. `node … NATS_URL`
import { connect } from '@nats-io/transport-node'
import { WebSocketServer } from 'ws'

const [natsUrl = ''] = process.argv.slice(2)
const nats = await connect({ servers: natsUrl })
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })

server.on('connection', (socket, request) => {
  const user = request.url?.slice(1) ?? ''
  const subscription = nats.subscribe(`floor.reply.${user}`, {
    callback: (_error, message) => socket.send(message.data, { binary: false }),
  })
  socket.on('message', (count) => nats.publish(`floor.ask.${user}`, String(count)))
  socket.on('close', () => subscription.unsubscribe())
})

server.on('listening', () => {
  const address = server.address()
  process.send?.({ type: 'ready', port: typeof address === 'object' ? address?.port : undefined })
})
