import { expect, test } from 'vitest'
import { describeDevice } from '#web/login/device.ts'
import { addressKey, RateLimit } from '#web/login/rate-limit.ts'

test('attempts are allowed as often as said, and again with time', () => {
  let now = 0
  const limit = new RateLimit({ count: 3, perMs: 3_000 }, () => now)
  expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([true, true, true, false])
  expect(limit.take('b')).toBe(true)
  now = 1_000
  expect([1, 2].map(() => limit.take('a'))).toEqual([true, false])
  now = -86_400_000
  expect(limit.take('a')).toBe(false)
  now = 60_000
  expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([true, true, true, false])
})

test('a flood of keys costs bounded memory, and a busy key is not what is forgotten', () => {
  const limit = new RateLimit({ count: 1, perMs: 1_000_000 }, () => 0)
  expect(limit.take('busy')).toBe(true)
  for (let key = 0; key < 30_000; key++) {
    limit.take(`key ${key}`)
    if (key % 1_000 === 0) expect(limit.take('busy')).toBe(false)
  }
})

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9'],
  ['2001:DB8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['fe80::1%eth0', 'fe80::2'],
])('%s and %s are one household', (a, b) => expect(addressKey(a)).toBe(addressKey(b)))

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['192.0.2.7', '192.0.2.8'],
  ['::1', '1::'],
])('%s and %s are two', (a, b) => expect(addressKey(a)).not.toBe(addressKey(b)))

test('of what a browser says only known names are kept', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
  expect(describeDevice(chrome)).toBe('Chrome on Linux')
  expect(describeDevice('<script>alert(1)</script>')).toBe('A browser')
  expect(describeDevice(undefined)).toBe('A browser')
})
