import { expect, test } from 'vitest'
import { createBreaker } from '#core/inference/breaker.ts'

function setUp() {
  const clock = { ms: 0 }
  const changes: string[] = []
  const breaker = createBreaker({
    threshold: 3,
    openMs: 1_000,
    maxOpenMs: 3_000,
    now: () => clock.ms,
    onChange: (state) => changes.push(state),
  })
  const fail = (times: number) => {
    for (let failures = 0; failures < times; failures += 1) breaker.enter()?.failed()
  }
  return { clock, breaker, changes, fail }
}

test('opens after enough failures in a row', () => {
  const { breaker, fail, changes } = setUp()
  fail(2)
  expect(breaker.enter()).toBeDefined()
  fail(1)
  expect(breaker.enter()).toBeUndefined()
  expect(breaker.retryAfterMs()).toBe(1_000)
  expect(changes).toEqual(['open'])
})

test('a success in between starts the count again', () => {
  const { breaker, fail } = setUp()
  fail(2)
  breaker.enter()?.succeeded()
  fail(2)
  expect(breaker.enter()).toBeDefined()
})

test('after the wait exactly one call may try', () => {
  const { breaker, fail, clock } = setUp()
  fail(3)
  clock.ms = 1_000
  const trial = breaker.enter()
  expect(trial).toBeDefined()
  expect(breaker.enter()).toBeUndefined()
  trial?.succeeded()
  expect(breaker.enter()).toBeDefined()
})

test('each failed trial doubles the wait, up to its limit; a success forgets that', () => {
  const { breaker, fail, clock, changes } = setUp()
  fail(3)
  const waits = []
  for (let trials = 0; trials < 3; trials += 1) {
    clock.ms += breaker.retryAfterMs()
    breaker.enter()?.failed()
    waits.push(breaker.retryAfterMs())
  }
  expect(waits).toEqual([2_000, 3_000, 3_000])
  clock.ms += 3_000
  breaker.enter()?.succeeded()
  fail(3)
  expect(breaker.retryAfterMs()).toBe(1_000)
  expect(changes).toEqual(['open', 'open', 'open', 'open', 'closed', 'open'])
})

test('a trial that began to answer lets others in, and one more failure shuts them out again', () => {
  const { breaker, fail, clock } = setUp()
  fail(3)
  clock.ms = 1_000
  breaker.enter()?.answered()
  const other = breaker.enter()
  expect(other).toBeDefined()
  other?.failed()
  expect(breaker.enter()).toBeUndefined()
})

test('a trial that was given up says nothing: the next call may try at once', () => {
  const { breaker, fail, clock } = setUp()
  fail(3)
  clock.ms = 1_000
  breaker.enter()?.abandoned()
  expect(breaker.enter()).toBeDefined()
})

test('only the first verdict of a call counts', () => {
  const { breaker } = setUp()
  for (let calls = 0; calls < 5; calls += 1) {
    const call = breaker.enter()
    call?.succeeded()
    call?.failed()
  }
  expect(breaker.enter()).toBeDefined()
})

test('calls from before it opened do not close it', () => {
  const { breaker, fail } = setUp()
  const early = breaker.enter()
  fail(3)
  early?.succeeded()
  expect(breaker.enter()).toBeUndefined()
})
