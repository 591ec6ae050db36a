import { Budget } from './budget.ts'

/**
 * Joins of one guild, whatever the reason: Discord cuts a gateway connection that sends more than 120 messages a minute,
 * and all guilds of a shard share it.
 */
export const openJoinBudget = (now?: () => number) => new Budget(5, 60_000, now)

/** Before each try at least; so that one is left when the network is back, whether it was gone for 1 s or for 30. */
export const usualRejoinDelaysMs: readonly number[] = [200, 2_000, 4_000, 10_000, 25_000]

/** The jitter keeps the calls of a worker that died from coming back in one burst. */
export function rejoinDelayMs(
  failures: number,
  delaysMs: readonly number[] = usualRejoinDelaysMs,
  random: () => number = Math.random,
): number {
  const delayMs = delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 0
  return delayMs * (1 + random() / 2)
}
