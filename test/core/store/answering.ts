import { expect } from 'vitest'
import type { ChatRequest } from '#core/protocol/chat.ts'
import type { Database } from '#core/store/database.ts'
import { type AcceptedTurn, acceptTurn, finishTurn } from '#core/store/turns.ts'

export type AcceptedRun = Extract<AcceptedTurn, { kind: 'run' }>

export async function acceptToRun(db: Database, request: ChatRequest): Promise<AcceptedRun> {
  const accepted = await acceptTurn(db, request)
  if (accepted.kind !== 'run') throw new Error(`a turn to run, not ${accepted.kind}`)
  return accepted
}

/** Accepts a request and stores its answer. */
export async function answer(db: Database, request: ChatRequest, text: string): Promise<AcceptedRun> {
  const run = await acceptToRun(db, request)
  const { turnId } = request
  expect(await finishTurn(db, { turnId, attempt: run.attempt, status: 'complete', text })).toBe(true)
  return run
}
