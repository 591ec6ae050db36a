import type { Hono } from 'hono'
import { sql } from '#core/store/drizzle.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebEnv } from '../web-env.ts'

const pingTimeoutMs = 2_000

/**
 * `/livez`: the event loop turns. `/readyz`: whether people can be served here, and what is only half there: without
 * the broker messages wait in the outbox (degraded); without the database nobody can be shown anything (unready).
 */
export function addHealthRoutes(app: Hono<WebEnv>, { chat, signal }: WebDeps): void {
  app.get('/livez', (context) => context.json({ status: 'alive' }))

  app.get('/readyz', async (context) => {
    const bus = chat.bus.status
    const store = (await answers(chat.db.execute(sql`select 1`))) ? 'connected' : 'unreachable'
    const isReady = bus !== 'closed' && store === 'connected' && !signal.aborted
    const degraded = bus === 'reconnecting' ? ['bus'] : []
    const status = isReady ? (degraded.length > 0 ? 'degraded' : 'ready') : 'unready'
    return context.json(
      { status, degraded, checks: { bus, store, draining: signal.aborted } },
      isReady ? 200 : 503,
    )
  })
}

async function answers(query: PromiseLike<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), pingTimeoutMs)
  query.then(
    () => resolve(true),
    () => resolve(false),
  )
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
