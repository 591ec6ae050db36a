import { describe, expect, it } from 'vitest'
import { openJoinBudget, rejoinDelayMs } from '#bot/discord/voice/rejoin-pace.ts'

describe('joins of a guild', () => {
  it('are five in any minute', () => {
    let now = 0
    const budget = openJoinBudget(() => now)
    expect([0, 1, 2, 3, 4].map(() => budget.take())).toEqual([true, true, true, true, true])
    now = 20_000
    expect(budget.take()).toBe(false)
    expect(budget.waitMs).toBe(40_000)
    now = 60_000
    expect(budget.waitMs).toBe(0)
    expect(budget.take()).toBe(true)
  })

  it('wait longer after each failure, each a little differently', () => {
    const shortest = [0, 1, 2, 3, 4, 50].map((failures) => rejoinDelayMs(failures, undefined, () => 0))
    expect(shortest).toEqual([200, 2_000, 4_000, 10_000, 25_000, 25_000])
    expect(rejoinDelayMs(1, undefined, () => 0.5)).toBe(2_500)
  })

  it('leave tries for when a network is back after 5, 15 and 30 s', () => {
    const tries = [0, 1, 2, 3].map((failures) => rejoinDelayMs(failures, undefined, () => 1))
    const at = tries.map((_, index) => tries.slice(0, index + 1).reduce((sum, ms) => sum + ms))
    expect(at.some((ms) => ms > 5_000 && ms < 10_000)).toBe(true)
    expect(at.at(-1)).toBeLessThan(30_000)
  })
})
