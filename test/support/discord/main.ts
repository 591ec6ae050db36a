import { z } from 'zod'
import { type ControlCalls, controlCalls } from './control.ts'
import { startDiscordStandIn } from './stand-in.ts'

/**
 * The stand-in as its own process: `node test/support/discord/main.ts '{"port":8080}'`. The argument holds
 * DiscordStandInOptions as JSON. Prints `{"apiUrl":...}` when it listens, answers the calls of control.ts over the
 * channel of a parent process, and ends on SIGTERM or when that parent goes away.
 */
const Call = z.object({ call: z.number(), name: z.string(), args: z.record(z.string(), z.unknown()) })

const discord = await startDiscordStandIn(JSON.parse(process.argv[2] ?? '{}'))
const calls = controlCalls(discord)
const { apiUrl, token, applicationId } = discord
process.stdout.write(`${JSON.stringify({ apiUrl, token, applicationId })}\n`)

process.on('message', (message) => {
  const { call, name, args } = Call.parse(message)
  answer(name, args).then(
    (value) => process.send?.({ call, value }),
    (error: unknown) => process.send?.({ call, error: String(error) }),
  )
})

async function answer(name: string, args: object): Promise<unknown> {
  if (!Object.hasOwn(calls, name)) throw new RangeError(`there is no call "${name}"`)
  // The caller's types are those of the same table; see remote.ts.
  return calls[name as keyof ControlCalls](args as never)
}

async function stop(): Promise<void> {
  await discord.dispose()
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('disconnect', stop)
