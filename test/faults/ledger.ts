import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ReplyStatus } from '#core/protocol/chat.ts'

interface OfTurn {
  readonly user: string
  readonly turnId: string
}

/**
 * What the harness did and saw, outside the processes that are killed. `sent` is written when the send was accepted,
 * in the order of each user, with the answer it must get; `ended` whenever an end was read, also a repeated one;
 * `stored` once per row at the end. `app` is the process that was told: between two of them there is no order.
 */
export type LedgerEvent =
  | (OfTurn & { readonly type: 'sent'; readonly expected: string; readonly app?: string })
  | (OfTurn & { readonly type: 'edited'; readonly expected: string; readonly app?: string })
  | (OfTurn & { readonly type: 'deleted'; readonly question: string })
  | (OfTurn & { readonly type: 'started'; readonly attempt: number })
  | (OfTurn & { readonly type: 'spoke' })
  | (OfTurn & {
      readonly type: 'ended'
      readonly attempt: number
      readonly status: ReplyStatus
      readonly text: string
      /** `late` was asked for after the run, as a browser does that comes back. */
      readonly reader: 'live' | 'late'
    })
  | (OfTurn & {
      readonly type: 'stored'
      readonly status: string
      readonly text: string
      readonly finishedAtMs: number
    })
  | { readonly type: 'fault'; readonly what: string }

export type LedgerEntry = LedgerEvent & { readonly n: number; readonly atMs: number }

/** Entries are never changed or taken away. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  append(event: LedgerEvent): void
  of<Type extends LedgerEvent['type']>(type: Type): (LedgerEntry & { type: Type })[]
  /** Writes everything to a file, a JSON object per line, for whoever looks into a miss. */
  save(file: string): void
}

export function createLedger(): Ledger {
  const entries: LedgerEntry[] = []
  const beganAt = performance.now()
  return {
    entries,
    append: (event) => {
      entries.push({ n: entries.length, atMs: Math.round(performance.now() - beganAt), ...event })
    },
    of: <Type extends LedgerEvent['type']>(type: Type) =>
      entries.filter((entry): entry is LedgerEntry & { type: Type } => entry.type === type),
    save: (file) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    },
  }
}
