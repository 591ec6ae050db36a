import { startInferenceServer } from './inference-server.ts'

/**
 * The stand-in as its own process: `node test/support/inference-server-main.ts '{"port":8000}'`. The argument holds
 * InferenceServerOptions as JSON, plus `stamped: true` for answers whose tokens are their own time of sending.
 * Prints `{"url":...}` when it listens; ends on SIGTERM or when its input closes.
 */
const { stamped, ...options } = JSON.parse(process.argv[2] ?? '{}')
const server = await startInferenceServer(options)
if (stamped) server.plan('llm', { ...options.plans?.llm, tokens: () => stampedTokens(stamped) })
process.stdout.write(`${JSON.stringify({ url: server.url, targets: server.targets })}\n`)

/** ` 1763942400000.125`: milliseconds since the epoch, when the token was written. */
function* stampedTokens({ count = 100 }): Generator<string> {
  for (let sent = 0; sent < count; sent += 1)
    yield ` ${(performance.timeOrigin + performance.now()).toFixed(3)}`
}

async function stop() {
  await server[Symbol.asyncDispose]()
  process.exit(0)
}
process.once('SIGTERM', stop)
process.stdin.once('end', stop).resume()
