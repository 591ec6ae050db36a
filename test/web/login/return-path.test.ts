import { describe, expect, test } from 'vitest'
import { openLoginWorld } from '#test/support/oauth/login-world.ts'
import { returnPath } from '#web/login/return-path.ts'

const hosts = ['evil.example', 'evil.example/c/home', 'user@evil.example', '127.0.0.1@evil.example', '[::1]']
const prefixes = [
  '//',
  '///',
  '////',
  '/\\',
  '\\\\',
  '\\/',
  '/\t/',
  '/\n/',
  '/\r/',
  '\t//',
  ' //',
  '/.//',
  '/..//',
  '/x/..//',
  '/%2e%2e//',
  'http://',
  'https://',
  'HTTPS:',
  'http:/',
  'http:\\\\',
  'ftp://',
]
const others = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:x',
  'about:blank',
  '',
  ' ',
  'c/home',
  '@evil.example',
  '?x',
  '#x',
  '.',
  '..',
  '/\u0000',
  '/ümlaut',
  '/\u2028/evil.example',
  '/\ufeff/evil.example',
  `/${'x'.repeat(600)}`,
  '/sign-in',
  '/sign-in/discord',
  '/sign-in?back=/',
]
const payloads = [...prefixes.flatMap((prefix) => hosts.map((host) => prefix + host)), ...others]

describe('where one returns to (S5)', () => {
  test(`is never another site, for ${payloads.length} ways to say so`, () => {
    expect(payloads.length).toBeGreaterThanOrEqual(100)
    for (const payload of payloads) {
      const path = returnPath(payload)
      const url = new URL(path, 'https://ours.example')
      expect([payload, url.origin]).toEqual([payload, 'https://ours.example'])
      expect([payload, path]).toEqual([payload, '/'])
    }
  })

  test.each(['/', '/c/home', '/c/tea?edit=x', '/overlays', '/%2f%2fevil.example', '/a/../c/home'])(
    '%s is ours',
    (path) => {
      expect(new URL(returnPath(path), 'https://ours.example').origin).toBe('https://ours.example')
      expect(returnPath(path)).toBe(path === '/a/../c/home' ? '/c/home' : path)
    },
  )

  test('holds on the whole way through a provider', async () => {
    await using world = await openLoginWorld()
    for (const payload of payloads) {
      const client = world.visitor()
      const authorization = await client.begin('discord', `?${new URLSearchParams({ back: payload })}`)
      const answer = await client.arrive(world.discord.approve(authorization, 'ann'))
      expect([payload, answer.headers.location]).toEqual([payload, '/'])
    }
  })
})
