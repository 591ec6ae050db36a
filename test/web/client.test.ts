import { describe, expect, test } from 'vitest'
import { RecentSends } from '#web/chat/recent-sends.ts'
import { backoffMs } from '#web/client/backoff.ts'
import { applyFrame } from '#web/client/transcript.ts'
import { newKey, UnsentMessages } from '#web/client/unsent.ts'

describe('waiting to connect again', () => {
  test('begins at half a second, doubles, and never exceeds fifteen', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, () => 1))).toEqual([1_000, 2_000, 4_000, 8_000])
    for (const attempt of [0, 5, 50, 5_000]) {
      expect(backoffMs(attempt, () => 0)).toBe(500)
      expect(backoffMs(attempt, () => 1)).toBeLessThanOrEqual(15_000)
    }
  })
})

class FakeStorage implements Storage {
  readonly #items = new Map<string, string>()
  isFull = false
  get length() {
    return this.#items.size
  }
  key = (index: number) => [...this.#items.keys()][index] ?? null
  getItem = (key: string) => this.#items.get(key) ?? null
  removeItem = (key: string) => void this.#items.delete(key)
  clear = () => this.#items.clear()
  setItem(key: string, value: string) {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError')
    this.#items.set(key, value)
  }
}

describe('messages that were not confirmed', () => {
  test('survive a reload, in order, for their conversation only', () => {
    const storage = new FakeStorage()
    const before = new UnsentMessages(storage, 'home')
    before.add({ key: 'a', text: '1' })
    before.add({ key: 'b', text: '2', replaces: 'x' })
    expect(new UnsentMessages(storage, 'home').items).toEqual(before.items)
    expect(new UnsentMessages(storage, 'other').items).toEqual([])
    before.remove('a')
    before.remove('b')
    expect(storage.length).toBe(0)
  })

  test('live as long as the page where storage is full, and junk in it is ignored', () => {
    const storage = new FakeStorage()
    storage.setItem('unsent:home', '[{"key":1},{"key":"k","text":"t"},null]')
    const unsent = new UnsentMessages(storage, 'home')
    expect(unsent.items).toEqual([{ key: 'k', text: 't' }])
    storage.isFull = true
    unsent.add({ key: 'l', text: 'u' })
    expect(unsent.items).toHaveLength(2)
    storage.clear()
    storage.isFull = false
    storage.setItem('unsent:home', 'no json')
    expect(new UnsentMessages(storage, 'home').items).toEqual([])
  })

  test('have keys that do not repeat', () => {
    const keys = new Set(Array.from({ length: 1_000 }, newKey))
    expect(keys.size).toBe(1_000)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('the transcript', () => {
  const waiting = { id: 'a', said: 'hi', reply: { status: 'waiting' } } as const

  test('shows a message once, and takes away what it replaces', () => {
    const once = applyFrame([waiting], { type: 'said', turn: 'a', said: 'hi' })
    expect(once).toEqual([waiting])
    const replaced = applyFrame([waiting], { type: 'said', turn: 'b', said: 'ho', replaces: 'a' })
    expect(replaced.map(({ id }) => id)).toEqual(['b'])
  })

  test('is the same object after a frame that is not about it', () => {
    const turns = [waiting]
    expect(applyFrame(turns, { type: 'delta', turn: 'other', text: 'x' })).toBe(turns)
    expect(applyFrame(turns, { type: 'tick' })).toBe(turns)
  })
})

describe('recent sends', () => {
  test('forget the oldest, the replaced and the old', () => {
    let now = 0
    const recent = new RecentSends({ limit: 2, now: () => now })
    for (const turn of ['a', 'b', 'c']) recent.add({ turn, placeId: 'p', said: turn })
    expect(recent.of('p').map(({ turn }) => turn)).toEqual(['b', 'c'])
    recent.add({ turn: 'd', placeId: 'p', said: 'd', replaces: 'c' })
    expect(recent.of('p').map(({ turn }) => turn)).toEqual(['b', 'd'])
    expect(recent.of('q')).toEqual([])
    now = 3_600_000
    expect(recent.of('p')).toEqual([])
  })
})
