// The floor's worker: the same tokens at the same pace, and nothing else. `node … NATS_URL TOKENS_PER_SECOND`
import { connect } from '@nats-io/transport-node'
import { createPacer } from '../../support/inference/pacer.ts'
import { stampNow } from './stamp.ts'

const [natsUrl = '', tokensPerSecond = ''] = process.argv.slice(2)
const intervalMs = 1_000 / Number(tokensPerSecond)
const nats = await connect({ servers: natsUrl })
const pacer = createPacer()

nats.subscribe('floor.ask.*', {
  callback: (_error, message) => {
    const user = message.subject.split('.')[2] ?? ''
    stream(`floor.reply.${user}`, Number(message.string()))
  },
})
await nats.flush()
process.send?.({ type: 'ready' })

function stream(subject: string, count: number): void {
  const startAt = performance.now()
  const sendNext = (sent: number) => {
    nats.publish(subject, stampNow())
    if (sent + 1 < count) pacer.at(startAt + (sent + 1) * intervalMs, () => sendNext(sent + 1))
  }
  sendNext(0)
}
