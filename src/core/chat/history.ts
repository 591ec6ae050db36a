import { estimateTokens, newestWithin } from './token-budget.ts'

/** One earlier turn: what a person said and what was answered, if anything was. */
export interface HistoryEntry {
  readonly turnId: string
  readonly from: string
  readonly text: string
  readonly reply: string
}

export interface Summary {
  readonly text: string
  /** The last turn that the summary covers. */
  readonly throughTurnId: string
}

/** What a conversation holds besides the message to be answered; `entries` are those after the summary, oldest first. */
export interface History {
  readonly summary: Summary | undefined
  readonly entries: readonly HistoryEntry[]
}

export const emptyHistory: History = { summary: undefined, entries: [] }

/** What a message costs besides its words: role markers, JSON, the name. */
const tokensPerEntry = 24

export function tokensOf(entry: HistoryEntry): number {
  return tokensPerEntry + estimateTokens(entry.text) + estimateTokens(entry.reply)
}

/** The part of a conversation that fits: the summary and the newest entries that the rest of the budget holds. */
export function fitHistory({ summary, entries }: History, budgetTokens: number): History {
  const left = budgetTokens - (summary === undefined ? 0 : estimateTokens(summary.text))
  return { summary, entries: newestWithin(entries, left, tokensOf) }
}
