import type { Database } from './database.ts'
import { and, eq, lt, sql } from './drizzle.ts'
import { signInFlows } from './sign-in-schema.ts'

export type SignInFlow = typeof signInFlows.$inferSelect
export type NewSignInFlow = typeof signInFlows.$inferInsert

/** What a browser may have begun and not finished; the oldest is dropped for the next. */
const maxPerBrowser = 8

export async function beginFlow(db: Database, flow: NewSignInFlow): Promise<void> {
  await db.insert(signInFlows).values(flow)
  const ofBrowser = eq(signInFlows.browserHash, flow.browserHash)
  await db.delete(signInFlows).where(
    and(
      ofBrowser,
      sql`${signInFlows.stateHash} not in (select ${signInFlows.stateHash} from ${signInFlows}
        where ${ofBrowser} order by ${signInFlows.expiresAt} desc limit ${maxPerBrowser})`,
    ),
  )
}

/** Looks without taking, for a page that asks before it does something. */
export async function peekFlow(db: Database, stateHash: string): Promise<SignInFlow | undefined> {
  const [flow] = await db.select().from(signInFlows).where(eq(signInFlows.stateHash, stateHash))
  return flow
}

/** Each flow is handed out once, whatever it turns out to be: the caller checks the browser and the time. */
export async function takeFlow(db: Database, stateHash: string): Promise<SignInFlow | undefined> {
  const [flow] = await db.delete(signInFlows).where(eq(signInFlows.stateHash, stateHash)).returning()
  return flow
}

export async function dropDeadFlows(db: Database, now: number): Promise<void> {
  await db.delete(signInFlows).where(lt(signInFlows.expiresAt, new Date(now)))
}
