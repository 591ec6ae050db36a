import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { createChatModel } from '#core/inference/chat-model.ts'
import { createDeployment, type Deployment } from '#core/inference/deployment.ts'
import { createLogger } from '#core/telemetry/logger.ts'

/**
 * What our client adds between the bytes of a model server and the text that a turn sees: 200 answers at once, 50
 * tokens a second each. Floor in the same run: node:http reading the same bytes and parsing nothing.
 */
const streams = 200
const tokensPerSecond = 50
const tokensPerStream = 500

let shared: Deployment | undefined

interface Measure {
  readonly delaysMs: number[]
  readonly cpuMicrosPerToken: number
}

const options = { plans: { llm: { tokensPerSecond } }, stamped: { count: tokensPerStream } }
const server = spawn(process.execPath, ['test/support/inference-server-main.ts', JSON.stringify(options)], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const [line] = await once(createInterface({ input: server.stdout }), 'line')
const url: string = JSON.parse(line).targets.llm.url

try {
  await measure(readWithClient)
  print('node:http, bytes only (floor)', await measure(readBytes))
  print('our client', await measure(readWithClient))
} finally {
  server.stdin.end()
}

async function measure(read: (onToken: (sentAt: number) => void) => Promise<void>): Promise<Measure> {
  const delaysMs: number[] = []
  const cpu = process.cpuUsage()
  const readers = Array.from({ length: streams }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index * 1000) / streams))
    await read((sentAt) => delaysMs.push(performance.timeOrigin + performance.now() - sentAt))
  })
  await Promise.all(readers)
  const { user, system } = process.cpuUsage(cpu)
  return { delaysMs: delaysMs.sort((a, b) => a - b), cpuMicrosPerToken: (user + system) / delaysMs.length }
}

async function readWithClient(onToken: (sentAt: number) => void): Promise<void> {
  shared ??= createDeployment('llm', { url, logger: createLogger({ level: 'warn' }) })
  const model = createChatModel(shared, 'test-model')
  const question = { messages: [{ role: 'user' as const, content: 'Go on.' }], sessionId: 'bench' }
  const { signal } = new AbortController()
  for await (const chunk of model.complete(question, { signal }))
    if (chunk.type === 'text') onToken(Number(chunk.text))
}

async function readBytes(onToken: (sentAt: number) => void): Promise<void> {
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Go on.' }] })
  const call = request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  call.end(body)
  const [response] = await once(call, 'response')
  response.on('data', (bytes: Buffer) => {
    for (const [, stamp] of bytes.toString('latin1').matchAll(/"content":" ([\d.]+)"/g))
      onToken(Number(stamp))
  })
  await once(response, 'end')
}

function print(name: string, { delaysMs, cpuMicrosPerToken }: Measure): void {
  const at = (share: number) => delaysMs[Math.floor(delaysMs.length * share)]?.toFixed(2)
  console.log(
    `${name.padEnd(32)} ${delaysMs.length} tokens  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  ` +
      `max ${delaysMs.at(-1)?.toFixed(2)} ms  CPU ${cpuMicrosPerToken.toFixed(1)} µs a token`,
  )
}
