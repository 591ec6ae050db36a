import type { LedgerEntry } from '../ledger.ts'

type Asked = LedgerEntry & { readonly type: 'voice.asked' }

/** The most joins (op 4 with a channel) that the bot asked for within a minute, in all guilds together. */
export function mostJoinsInAMinute(entries: readonly LedgerEntry[]): number {
  const times = entries
    .filter((entry): entry is Asked => entry.type === 'voice.asked' && entry.channelId !== null)
    .map(({ at }) => at)
  return times.reduce((most, start, n) => {
    const until = times.findIndex((at, later) => later > n && at >= start + 60_000)
    return Math.max(most, (until === -1 ? times.length : until) - n)
  }, 0)
}
