import { expect, test } from 'vitest'
import { isQuietAt, QuietHours } from '#core/chat/quiet-hours.ts'

const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' }

test('lasts over midnight, in the time zone of the guild', () => {
  expect(isQuietAt(night, new Date('2026-01-10T20:59:00Z'))).toBe(false)
  expect(isQuietAt(night, new Date('2026-01-10T21:00:00Z'))).toBe(true)
  expect(isQuietAt(night, new Date('2026-01-11T05:59:59Z'))).toBe(true)
  expect(isQuietAt(night, new Date('2026-01-11T06:00:00Z'))).toBe(false)
})

test('follows daylight saving time', () => {
  expect(isQuietAt(night, new Date('2026-07-10T20:30:00Z'))).toBe(true)
  expect(isQuietAt(night, new Date('2026-01-10T20:30:00Z'))).toBe(false)
})

test('may lie within a day, and equal ends mean always', () => {
  const lunch = { from: '12:00', to: '13:30', timeZone: 'UTC' }
  expect(isQuietAt(lunch, new Date('2026-01-10T12:30:00Z'))).toBe(true)
  expect(isQuietAt(lunch, new Date('2026-01-10T13:30:00Z'))).toBe(false)
  expect(isQuietAt({ ...lunch, to: '12:00' }, new Date('2026-01-10T03:00:00Z'))).toBe(true)
})

test('is refused with an impossible time or an unknown zone', () => {
  for (const fault of [{ from: '24:00' }, { to: '7:00' }, { timeZone: 'Middle/Earth' }])
    expect(QuietHours.safeParse({ ...night, ...fault }).success).toBe(false)
})
