import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { spawnNode } from '#test/support/spawned-process.ts'
import type { ControlCalls } from './control.ts'
import type { DiscordStandInOptions } from './stand-in.ts'

/** A stand-in in another process, where it outlives whatever is killed around it. */
export interface RemoteDiscord extends AsyncDisposable {
  readonly apiUrl: string
  readonly token: string
  readonly applicationId: string
  /** Asks it something; see control.ts for what there is. Rejects when it refuses or does not answer in time. */
  call<Name extends keyof ControlCalls>(
    name: Name,
    args: Parameters<ControlCalls[Name]>[0] extends undefined ? object : Parameters<ControlCalls[Name]>[0],
  ): Promise<Awaited<ReturnType<ControlCalls[Name]>>>
}

class RemoteCallError extends Error {
  override readonly name = 'RemoteCallError'
}

const Started = z.object({ apiUrl: z.string(), token: z.string(), applicationId: z.string() })
const Answer = z.object({ call: z.number(), value: z.unknown().optional(), error: z.string().optional() })

/** Options must be plain values: no clock. */
export async function spawnDiscordStandIn(options: DiscordStandInOptions = {}): Promise<RemoteDiscord> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawnNode(main, [JSON.stringify(options)])
  const [line] = await child.waitForLine(/^\{"apiUrl".*\}$/, 15_000)
  let calls = 0
  return {
    ...Started.parse(JSON.parse(line)),
    async call(name, args) {
      calls += 1
      const call = calls
      child.send({ call, name, args })
      const isOurs = (message: unknown): message is z.infer<typeof Answer> =>
        Answer.safeParse(message).data?.call === call
      const { value, error } = await child.waitForMessage(isOurs, 65_000)
      if (error !== undefined) throw new RemoteCallError(error)
      return value as never
    },
    [Symbol.asyncDispose]: () => child.stop('SIGTERM'),
  }
}
