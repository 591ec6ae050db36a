// The language model of the bench: "1000 tokens" is answered by as many stamps. `node … TOKENS_PER_SECOND`
import { z } from 'zod'
import { startInferenceServer } from '../../support/inference-server.ts'
import { stampNow } from './stamp.ts'

const [tokensPerSecond = ''] = process.argv.slice(2)
const body = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) })
const server = await startInferenceServer()

server.plan('llm', (request) => ({
  tokensPerSecond: Number(tokensPerSecond),
  tokens: () => stamps(wantedTokens(request.body)),
}))

function wantedTokens(requestBody: unknown): number {
  const question = body.parse(requestBody).messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return Number(/(\d+) tokens/.exec(question)?.[1] ?? 1)
}

function* stamps(count: number): Generator<string> {
  for (let made = 0; made < count; made += 1) yield stampNow()
}

process.send?.({ type: 'ready', url: server.url })
process.on('message', () => {
  const sent = server.requests.reduce((sum, request) => sum + request.sent, 0)
  process.send?.({ type: 'sent', tokens: sent })
})
