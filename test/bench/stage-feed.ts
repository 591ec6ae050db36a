// `npm run bench:stage`: how late 200 overlays on one stage get what is said to it, beside a bare broadcast of the same bytes.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { publishStage } from '#core/bus/stage-bus.ts'
import { printTable } from '../support/print-table.ts'
import { createOverlay } from '../support/stage/overlays.ts'
import { mouthEvent } from '../support/stage/stage-events.ts'
import { openWebWorld } from '../support/web-world.ts'

const { values } = parseArgs({
  options: { viewers: { type: 'string', default: '200' }, seconds: { type: 'string', default: '20' } },
})
const count = values.viewers
/** Five frames in each, as they are sent while somebody speaks. */
const everyMs = 100
const messages = (Number(values.seconds) * 1_000) / everyMs
const warmUp = 20
const levels = [0.2, 0.4, 0.6, 0.4, 0.2]
const mostMs = 20

const Report = z.object({ received: z.number(), p50: z.number(), p99: z.number(), max: z.number() })
type Report = z.infer<typeof Report>

const now = () => performance.timeOrigin + performance.now()
const feed = await measureFeed()
const floor = await measureFloor()
printTable(
  ['200 overlays on one stage', 'frames', 'p50 ms', 'p99 ms', 'max ms', 'encodings a message', 'asked'],
  [
    row('feed: bus, one encoding, all viewers', feed.report, feed.encodings.toFixed(2)),
    row('floor: bare ws broadcast', floor, ''),
  ],
)

function row(name: string, { received, p50, p99, max }: Report, encodings: string) {
  const verdict = encodings === '' ? '' : `p99 ≤ ${mostMs} ms: ${p99 <= mostMs ? 'met' : 'missed'}`
  return [name, received, p50.toFixed(2), p99.toFixed(2), max.toFixed(2), encodings, verdict]
}

async function measureFeed(): Promise<{ report: Report; encodings: number }> {
  await using world = await openWebWorld({ hasWorker: false })
  const { id, token, stage } = await createOverlay(world.origin)
  const address = `${world.origin.replace('http', 'ws')}/stage/socket`
  const hello = JSON.stringify({ type: 'hello', overlay: id, token })
  let encodings = 0
  const { stringify } = JSON
  const counting: typeof stringify = (value: unknown, ...rest: unknown[]) => {
    encodings++
    return Reflect.apply(stringify, JSON, [value, ...rest])
  }
  JSON.stringify = counting
  const say = () => publishStage(world.bus, stage, mouthEvent('u', { playAt: now(), levels }))
  const report = await measure(address, world.origin, hello, say, () => {
    encodings = 0
  })
  JSON.stringify = stringify
  return { report, encodings: encodings / messages }
}

async function measureFloor(): Promise<Report> {
  const http = createServer()
  const server = new WebSocketServer({ server: http, perMessageDeflate: false })
  server.on('connection', (socket) => socket.once('message', () => socket.send('{}')))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const say = () => {
    const bytes = Buffer.from(JSON.stringify({ type: 'mouth', playAt: now(), frames: 'x'.repeat(40) }))
    for (const client of server.clients) client.send(bytes, { binary: false })
  }
  try {
    const origin = `http://127.0.0.1:${address.port}`
    return await measure(origin.replace('http', 'ws'), origin, '{}', say, () => {})
  } finally {
    for (const client of server.clients) client.terminate()
    http.close()
  }
}

async function measure(
  address: string,
  origin: string,
  hello: string,
  say: () => void,
  begin: () => void,
): Promise<Report> {
  const viewers = fork('test/bench/stage/viewers-main.ts', [address, origin, hello, count], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const sayMany = async (times: number) => {
    for (let message = 0; message < times; message++) {
      say()
      await wait(everyMs)
    }
  }
  try {
    await once(viewers, 'message')
    await sayMany(warmUp)
    viewers.send('begin')
    begin()
    await sayMany(messages)
    viewers.send('report')
    const [report] = await once(viewers, 'message')
    return Report.parse(report)
  } finally {
    viewers.kill()
  }
}
