import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { spawnNode } from '#test/support/spawned-process.ts'

const Listening = z.object({ type: z.literal('listening'), url: z.string() })
const Parts = z.object({ sttMs: z.number(), sentenceMs: z.number(), voiceMs: z.number() })
const Stamps = z.object({
  type: z.literal('stamps'),
  openRequests: z.number(),
  stamps: z.array(z.tuple([z.number(), Parts.partial()])),
})

export interface FakeServices extends AsyncDisposable {
  readonly url: string
  /** The services' own part of the way to the first sound of each question since the last call, in milliseconds. */
  takeStamps(): Promise<Map<number, number>>
}

/** `hasComma`: the first sentence of answers has one, so that whoever can may begin to speak there. */
export async function startFakeServices(hasComma = false): Promise<FakeServices> {
  let answered = Promise.withResolvers<z.infer<typeof Stamps>>()
  const child = spawnNode(
    fileURLToPath(new URL('fake-services-main.ts', import.meta.url)),
    hasComma ? ['comma'] : [],
    {
      onLine: (line) => console.error(`services: ${line}`),
      onMessage: (message) => {
        const stamps = Stamps.safeParse(message)
        if (stamps.success) answered.resolve(stamps.data)
      },
    },
  )
  const isListening = (message: unknown): message is z.infer<typeof Listening> =>
    Listening.safeParse(message).success
  const { url } = await child.waitForMessage(isListening, 20_000)
  return {
    url,
    async takeStamps() {
      answered = Promise.withResolvers()
      child.send('take-stamps')
      const { stamps } = await answered.promise
      return new Map(
        stamps.flatMap(([question, parts]) => {
          const whole = Parts.safeParse(parts)
          if (!whole.success) return []
          const { sttMs, sentenceMs, voiceMs } = whole.data
          return [[question, sttMs + sentenceMs + voiceMs]]
        }),
      )
    },
    [Symbol.asyncDispose]: () => child.stop('SIGTERM'),
  }
}
