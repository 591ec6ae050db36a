import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Sealer, UnsealError } from '#core/secrets/sealer.ts'
import { openSessionSecret } from '#core/secrets/session-secret.ts'
import { sql } from '#core/store/drizzle.ts'
import { keepTokens, readTokens } from '#core/store/provider-tokens.ts'
import { openLoginWorld, testSecret } from '#test/support/oauth/login-world.ts'
import { clientSecret } from '#test/support/oauth/strict-oidc.ts'

test('no token, code, cookie or secret is in a log line or in the database as it is (S23)', async () => {
  await using world = await openLoginWorld()
  const canaries = new Set<string>([testSecret, clientSecret, 'access-canary-of-the-issuer'])
  const note = (url: URL) =>
    ['code', 'state', 'code_challenge', 'nonce'].forEach((name) => {
      const value = url.searchParams.get(name)
      if (value && value !== 'a-code') canaries.add(value)
    })
  for (const provider of ['discord', 'github', 'google', 'twitch', 'authentik'] as const)
    for (const spoil of [false, true]) {
      const client = world.visitor()
      const authorization = await client.begin(provider)
      note(authorization)
      for (const value of client.cookies.values()) canaries.add(value)
      const back =
        provider === 'discord' || provider === 'github'
          ? world[provider].approve(authorization, 'ann')
          : world[provider].approve(authorization)
      note(back)
      if (spoil) back.searchParams.set('state', 'broken\r\n{"level":"forged"}\u001b[31m')
      await client.arrive(back)
      const ticket = await client.post('/sockets/ticket?for=chat')
      if (ticket.status === 200) canaries.add(JSON.parse(ticket.text).ticket)
      for (const value of client.cookies.values()) canaries.add(value)
      await client.post('/sign-out')
    }
  // A provider whose answer cannot be read, with a token in it.
  world.google.makeToken = () => 'broken.id-token-canary.x'
  const client = world.visitor()
  await client.arrive(world.google.approve(await client.begin('google')))
  canaries.add('id-token-canary')
  for (const secret of [...world.discord.issued, ...world.github.issued]) canaries.add(secret)

  expect(canaries.size).toBeGreaterThan(30)
  const log = world.web.log.join('')
  const { rows } = await world.database.db.execute(sql`select json_build_array(
    (select json_agg(t) from sessions t), (select json_agg(t) from sign_in_flows t),
    (select json_agg(t) from provider_tokens t), (select json_agg(t) from security_events t),
    (select json_agg(t) from identities t))::text as everything`)
  const stored = String(rows[0]?.everything)
  expect([...canaries].filter((canary) => log.includes(canary))).toEqual([])
  expect([...canaries].filter((canary) => stored.includes(canary))).toEqual([])
  expect(log).toContain('security event')
  for (const line of world.web.log) expect(() => JSON.parse(line)).not.toThrow()
  expect(log).not.toContain('\u001b')
  expect(log).not.toContain('"level":"forged"')
})

test('tokens of providers open with their secret, for their account, unchanged, and not otherwise', async () => {
  await using world = await openLoginWorld()
  await world.signedIn('ann')
  const { db } = world.database
  const account = { platform: 'discord', platformUserId: '80351110224678912' } as const
  const sealer = new Sealer(testSecret)
  const tokens = await readTokens(db, sealer, account)
  expect(world.discord.issued).toEqual(expect.arrayContaining([tokens?.accessToken, tokens?.refreshToken]))
  expect(await readTokens(db, new Sealer('another secret of at least 32 letters'), account)).toBeUndefined()
  await keepTokens(db, sealer, account, { accessToken: 'next' })
  expect((await readTokens(db, sealer, account))?.accessToken).toBe('next')

  const sealed = sealer.seal('a secret', 'row 1')
  expect(sealer.open(sealed, 'row 1')).toBe('a secret')
  expect(() => sealer.open(sealed, 'row 2')).toThrow(UnsealError)
  for (const at of [0, 12, 28, sealed.sealed.length - 2]) {
    const changed = `${sealed.sealed.slice(0, at)}${sealed.sealed[at] === 'A' ? 'B' : 'A'}${sealed.sealed.slice(at + 1)}`
    expect(() => sealer.open({ ...sealed, sealed: changed }, 'row 1')).toThrow(UnsealError)
  }
})

test('the secret of an embedded installation is made once, and is its owner’s to read only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'companions-secret-'))
  try {
    const secrets = await Promise.all([1, 2, 3].map(() => openSessionSecret(undefined, folder)))
    const made = (await readFile(join(folder, 'session-secret'), 'utf8')).trim()
    expect(made).toMatch(/^[0-9a-f]{64}$/)
    expect(await openSessionSecret(undefined, folder)).toBe(made)
    expect(secrets).toContain(made)
    expect((await stat(join(folder, 'session-secret'))).mode & 0o777).toBe(0o600)
    expect(await openSessionSecret('given', folder)).toBe('given')
    expect(await readdir(folder)).toEqual(['session-secret'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
