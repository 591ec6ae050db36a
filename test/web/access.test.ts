import { describe, expect, test } from 'vitest'
import { refuseNonLoopback } from '#web/access/loopback.ts'
import { createRequestGuard } from '#web/access/request-guard.ts'

describe('the address to listen on', () => {
  test.each(['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost', 'LOCALHOST'])(
    '%s is this machine',
    (host) => {
      expect(refuseNonLoopback(host, false)).toBeUndefined()
    },
  )

  test.each([
    '0.0.0.0',
    '::',
    '',
    '192.168.1.4',
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
    '::ffff:127.0.0.1',
  ])('%j is refused without sign-in, with the reason', (host) => {
    expect(refuseNonLoopback(host, false)).toContain('everyone there would be the owner')
    expect(refuseNonLoopback(host, true)).toBeUndefined()
  })
})

describe('the request guard', () => {
  const guard = createRequestGuard({ publicUrl: 'https://lumi.example.org/' })

  test.each([
    'localhost:3000',
    'localhost',
    '127.0.0.1:3000',
    '[::1]:3000',
    'lumi.example.org',
    'LUMI.example.org',
  ])('knows %s as us', (host) => expect(guard.isOurHost(host)).toBe(true))

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    '192.168.0.7:3000',
    'localhost@evil.example',
    'evil.example/localhost',
    'localhost:3000, evil.example',
    'lumi.example.org:444',
    'lumi.example.org.',
    '[::1',
    '0x7f.1',
    ' localhost',
  ])('does not know %j', (host) => expect(guard.isOurHost(host)).toBe(false))

  const host = 'localhost:3000'
  test.each([
    { host, origin: 'http://localhost:3000', secFetchSite: 'same-origin' },
    { host, origin: 'http://localhost:3000', secFetchSite: undefined },
    { host, origin: 'null', secFetchSite: 'same-origin' },
    { host, origin: undefined, secFetchSite: 'same-origin' },
    { host: 'lumi.example.org', origin: 'https://lumi.example.org', secFetchSite: undefined },
  ])('lets our own page change things: %j', (request) => expect(guard.isOurPage(request)).toBe(true))

  test.each([
    { host, origin: undefined, secFetchSite: undefined },
    { host, origin: 'null', secFetchSite: undefined },
    { host, origin: 'null', secFetchSite: 'cross-site' },
    { host, origin: '', secFetchSite: undefined },
    { host, origin: 'http://evil.example', secFetchSite: undefined },
    { host, origin: 'http://evil.example', secFetchSite: 'same-origin' },
    { host, origin: 'http://localhost:3001', secFetchSite: 'same-site' },
    { host, origin: 'http://localhost:3001', secFetchSite: undefined },
    { host, origin: 'https://localhost:3000', secFetchSite: undefined },
    { host, origin: 'http://localhost:3000.evil.example', secFetchSite: undefined },
    { host, origin: 'http://localhost:3000', secFetchSite: 'cross-site' },
    { host, origin: 'http://localhost:3000', secFetchSite: 'none' },
    { host: 'evil.example', origin: 'http://evil.example', secFetchSite: 'same-origin' },
    { host: undefined, origin: 'http://localhost:3000', secFetchSite: 'same-origin' },
  ])('refuses others: %j', (request) => expect(guard.isOurPage(request)).toBe(false))
})
