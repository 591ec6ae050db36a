import type { Session } from '#core/store/sessions.ts'

const freshMs = 15 * 60_000

/** Whether somebody proved who they are lately enough to change how they sign in. */
export function isFresh({ provedAt }: Pick<Session, 'provedAt'>, now: number): boolean {
  return now - provedAt < freshMs
}
