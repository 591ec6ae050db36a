import { z } from 'zod'
import { type Load, runLoad, type System } from './load.ts'

const Request = z.object({
  servicesUrl: z.string(),
  load: z.object({
    mode: z.enum(['A', 'B']),
    sessions: z.number(),
    isBurst: z.boolean(),
    rounds: z.number(),
    cycleMs: z.number(),
    clip: z.instanceof(Int16Array).optional(),
  }),
})

/**
 * The life of a process under test: told one load, it opens the system, runs the load, says when it is warm, and tells what
 * it saw. The bench looks at its processor time and memory from outside.
 */
export function serveLoads(openSystem: (servicesUrl: string, load: Load) => Promise<System>): void {
  process.on('message', (message) => {
    serve(Request.parse(message)).catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  })
  process.on('disconnect', () => process.exit(0))
  process.once('SIGTERM', () => process.exit(0))
  process.send?.({ type: 'loaded' })

  async function serve({ servicesUrl, load }: z.infer<typeof Request>): Promise<void> {
    const system = await openSystem(servicesUrl, load)
    const result = await runLoad(system, load, () => process.send?.({ type: 'warm' }))
    process.send?.({ type: 'result', result })
    await system[Symbol.asyncDispose]()
  }
}
