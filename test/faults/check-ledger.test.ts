import { describe, expect, it } from 'vitest'
import { checkLedger, isClean, type Verdict } from './check-ledger.ts'
import { createLedger, type Ledger } from './ledger.ts'

type Wrong = Exclude<keyof Verdict, 'sent' | 'answered'>

describe('the checker of fault runs', () => {
  it('finds nothing wrong when each message has one row and one end, in order', () => {
    const verdict = checkLedger(goodRun(['m1', 'm2', 'm3']))
    expect(verdict).toMatchObject({ sent: 3, answered: 3 })
    expect(isClean(verdict)).toBe(true)
  })

  it('takes an end that is announced again word for word as the same answer', () => {
    const ledger = goodRun(['m1', 'm2'])
    ledger.append(ended('m1'))
    ledger.append({ ...ended('m1'), reader: 'late' })
    expect(isClean(checkLedger(ledger))).toBe(true)
  })

  it.each<[Wrong, string, (ledger: Ledger) => void]>([
    ['lost', 'an accepted message without an answer', (ledger) => ledger.append(sent('m3'))],
    [
      'lost',
      'an answer that was stored but that no reader could get',
      (ledger) => {
        ledger.append(sent('m3'))
        ledger.append(stored('m3'))
      },
    ],
    ['doubled', 'a second row', (ledger) => ledger.append(stored('m2'))],
    ['doubled', 'a second end of another attempt', (ledger) => ledger.append({ ...ended('m2'), attempt: 2 })],
    ['unknown', 'an answer that nobody asked for', (ledger) => ledger.append(ended('m9'))],
    [
      'wrong',
      'an answer to another question',
      (ledger) => ledger.append({ ...ended('m2'), text: 'about m1' }),
    ],
    ['wrong', 'an answer that failed', (ledger) => ledger.append({ ...ended('m2'), status: 'failed' })],
    [
      'outOfOrder',
      'a turn that began while an earlier one was running',
      (ledger) => {
        for (const turnId of ['m3', 'm4']) ledger.append(sent(turnId))
        for (const turnId of ['m3', 'm4']) ledger.append(started(turnId))
        for (const turnId of ['m3', 'm4']) ledger.append(ended(turnId))
      },
    ],
    [
      'outOfOrder',
      'a row that was finished too early',
      (ledger) => ledger.append({ ...stored('m2'), finishedAtMs: 1 }),
    ],
    [
      'outOfOrder',
      'a turn that ended before an earlier one began',
      (ledger) => {
        for (const turnId of ['m3', 'm4']) ledger.append(sent(turnId))
        for (const turnId of ['m4', 'm3']) {
          ledger.append(started(turnId))
          ledger.append(ended(turnId))
        }
      },
    ],
  ])('reports as %s: %s', (wrong, _what, spoil) => {
    const ledger = goodRun(['m1', 'm2'])
    spoil(ledger)
    const verdict = checkLedger(ledger)
    expect(verdict[wrong]).not.toEqual([])
    expect(isClean(verdict)).toBe(false)
  })

  it('does not mix the order of different users', () => {
    const ledger = createLedger()
    ledger.append(sent('m1'))
    ledger.append({ ...sent('n1'), user: 'web-ben' })
    ledger.append({ ...started('n1'), user: 'web-ben' })
    ledger.append(started('m1'))
    ledger.append(ended('m1'))
    ledger.append({ ...ended('n1'), user: 'web-ben' })
    expect(checkLedger(ledger).outOfOrder).toEqual([])
  })
})

function goodRun(turnIds: readonly string[]): Ledger {
  const ledger = createLedger()
  for (const turnId of turnIds) ledger.append(sent(turnId))
  for (const turnId of turnIds) {
    ledger.append(started(turnId))
    ledger.append(ended(turnId))
  }
  for (const turnId of turnIds) ledger.append(stored(turnId))
  return ledger
}

const sent = (turnId: string) =>
  ({ type: 'sent', user: 'web-ada', turnId, expected: `about ${turnId}` }) as const
const started = (turnId: string) => ({ type: 'started', user: 'web-ada', turnId, attempt: 1 }) as const
const ended = (turnId: string) =>
  ({
    type: 'ended',
    user: 'web-ada',
    turnId,
    attempt: 1,
    status: 'complete',
    text: `about ${turnId}`,
    reader: 'live',
  }) as const
const stored = (turnId: string) =>
  ({
    type: 'stored',
    user: 'web-ada',
    turnId,
    status: 'complete',
    text: `about ${turnId}`,
    finishedAtMs: 2,
  }) as const
