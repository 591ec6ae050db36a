import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { spawnNode } from '#test/support/spawned-process.ts'
import { percentile, summarize } from '../percentiles.ts'
import { startFakeServices } from './fake-services.ts'

/** What was done to an answer, and what became of it. */
const Trial = z.object({
  kind: z.enum(['speech', 'hum', 'cough']),
  /** From the first sound to our last audible frame. */
  stopMs: z.number(),
  /** Cut, going on as if nothing had been, silent, or never begun. */
  outcome: z.enum(['cut', 'goes-on', 'silent', 'no-answer']),
})
export type Trial = z.infer<typeof Trial>

const Loaded = z.object({ type: z.literal('loaded') })
const Trials = z.object({ type: z.literal('trials'), trials: z.array(Trial) })

export interface Interruptions {
  readonly count: number
  readonly unanswered: number
  readonly speechCut: string
  readonly stop: ReturnType<typeof summarize> & { readonly p95: number }
  readonly resumedShare: number
  readonly resumed: string
}

/** Scripted interruptions of our own answers, with the real speech detector, in one process. */
export async function measureInterruptions(sessions: number, rounds: number): Promise<Interruptions> {
  await using services = await startFakeServices()
  const script = fileURLToPath(new URL('interruptions-main.ts', import.meta.url))
  await using child = spawnNode(script, [], { onLine: (line) => console.error(line) })
  await child.waitForMessage((message): message is unknown => Loaded.safeParse(message).success, 60_000)
  child.send({ servicesUrl: services.url, sessions, rounds })
  const isTrials = (message: unknown): message is z.infer<typeof Trials> => Trials.safeParse(message).success
  const { trials } = await child.waitForMessage(isTrials, 240_000)

  const answered = trials.filter(({ outcome }) => outcome !== 'no-answer')
  const speech = answered.filter(({ kind }) => kind === 'speech')
  const cut = speech.filter(({ outcome }) => outcome === 'cut')
  const spared = answered.filter(({ kind }) => kind !== 'speech')
  const resumed = spared.filter(({ outcome }) => outcome === 'goes-on')
  const stops = speech.map(({ stopMs }) => stopMs)
  return {
    count: trials.length,
    unanswered: trials.length - answered.length,
    speechCut: `${cut.length}/${speech.length}`,
    stop: { ...summarize(stops), p95: percentile(Float64Array.from(stops).sort(), 0.95) },
    resumedShare: resumed.length / spared.length,
    resumed: `${resumed.length}/${spared.length}`,
  }
}
