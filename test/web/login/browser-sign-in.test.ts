import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#core/store/drizzle.ts'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { settingsOf } from '#test/support/oauth/login-world.ts'
import { discordDialect, githubDialect, OAuthServer } from '#test/support/oauth/oauth-server.ts'
import { startStrictOidc } from '#test/support/oauth/strict-oidc.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

const hostileName = `<img src=x onerror="alert(1)">"'&lt;`

describeInBrowser('signing in with a real browser', () => {
  const opened = new AsyncDisposableStack()
  let browser: Browser
  let web: WebWorld
  const screenshots = process.env.SCREENSHOTS

  beforeAll(async () => {
    browser = await launchBrowser()
    opened.defer(async () => await browser.close())
    const discord = opened.use(
      await OAuthServer.start('127.0.0.12', discordDialect, [
        { name: 'ann', user: { id: '80351110224678912', username: 'ann', global_name: hostileName } },
      ]),
    )
    const github = opened.use(
      await OAuthServer.start('127.0.0.13', githubDialect, [
        { name: 'ann', user: { id: 5_001, login: 'ann-codes', name: 'Ann' } },
      ]),
    )
    const [google, authentik, twitch] = await Promise.all([
      startStrictOidc('127.0.0.14'),
      startStrictOidc('127.0.0.15'),
      startStrictOidc('127.0.0.16', { listsScopes: true }),
    ])
    for (const server of [google, authentik, twitch]) opened.use(server)
    const issuers = { google, authentik, twitch }
    const dataDir = opened.adopt(await mkdtemp(join(tmpdir(), 'companions-login-')), async (folder) => {
      await rm(folder, { recursive: true, force: true })
    })
    const addresses = Object.entries(issuers).map(([name, { issuer: origin }]) => [name, { origin }])
    web = opened.use(
      await openWebWorld({
        dataDir,
        signIn: {
          providers: settingsOf({ ...Object.fromEntries(addresses), discord, github }),
          secret: 'a secret of the tests, long enough for anyone',
          adminIdentities: [],
        },
      }),
    )
    const callbackOf = (name: string) => `${web.origin}/sign-in/${name}/callback`
    discord.redirectUri = callbackOf('discord')
    github.redirectUri = callbackOf('github')
    for (const [name, server] of Object.entries(issuers)) server.allow(callbackOf(name))
  })
  afterAll(async () => await opened[Symbol.asyncDispose]())

  async function newContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(15_000)
    return context
  }

  async function shoot(page: Page, name: string): Promise<void> {
    if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true })
  }

  /** Through the provider's own pages, as somebody who was never there. */
  async function sayYes(page: Page, provider: string): Promise<void> {
    if (provider === 'discord' || provider === 'github') {
      await page.getByRole('link', { name: 'Authorize as ann' }).click()
      return
    }
    await page.locator('input[name=login]').fill(provider === 'twitch' ? '141981764' : `ann-${provider}`)
    await page.locator('input[name=password]').fill('anything')
    await page.locator('button[type=submit]').click()
    await page.locator('button[type=submit]').click()
  }

  const labels = {
    google: 'Google',
    discord: 'Discord',
    github: 'GitHub',
    twitch: 'Twitch',
    authentik: 'Authentik',
  }

  test.each(['google', 'discord', 'github', 'twitch', 'authentik'] as const)(
    '%s leads back to the page that one wanted, signed in',
    async (provider) => {
      const context = await newContext()
      const page = await context.newPage()
      await page.goto(`${web.origin}/c/tea`)
      expect(new URL(page.url()).pathname).toBe('/sign-in')
      await page.getByRole('link', { name: `Continue with ${labels[provider]}` }).click()
      await sayYes(page, provider)
      await page.waitForURL(`${web.origin}/c/tea`)
      const { rows } = await web.database.db.execute(
        sql`select platform_user_id as id from identities where platform = ${provider}`,
      )
      expect(rows).toHaveLength(1)
      await context.close()
    },
  )

  test('works without JavaScript, and a no at the provider is a plain sentence', async () => {
    const context = await newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${web.origin}/connect`)
    await page.getByRole('link', { name: 'Continue with Discord' }).click()
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.getByText('You said no at the provider').waitFor()
    await page.getByRole('link', { name: 'Continue with GitHub' }).click()
    await sayYes(page, 'github')
    await page.waitForURL(`${web.origin}/connect`)
    await page.goto(`${web.origin}/identity`)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
    await context.close()
  })

  test('talks over a socket that its ticket opened, links an account, and is sent away when signed out elsewhere', async () => {
    // With that account somebody was here before, as another person.
    const before = await (await newContext()).newPage()
    await before.goto(`${web.origin}/connect`)
    await before.getByRole('link', { name: 'Continue with Twitch' }).click()
    await sayYes(before, 'twitch')
    await before.waitForURL(`${web.origin}/connect`)

    const context = await newContext()
    const page = await context.newPage()
    const dialogs: string[] = []
    const faults: string[] = []
    page.on('dialog', (dialog) => dialogs.push(dialog.message()))
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()))
        faults.push(message.text())
    })
    await page.goto(web.origin)
    await shoot(page, 'sign-in')
    await page.getByRole('link', { name: 'Continue with Discord' }).click()
    await sayYes(page, 'discord')
    await page.waitForURL(`${web.origin}/`)
    await page.locator('#text').fill('Hello')
    await page.keyboard.press('Enter')
    await page.locator('.turns .prose').getByText('Hello there.').waitFor()

    await page.goto(`${web.origin}/identity`)
    await page.getByRole('link', { name: 'Twitch' }).click()
    await sayYes(page, 'twitch')
    await page.getByRole('heading', { name: 'Make one person of two' }).waitFor()
    await shoot(page, 'merge')
    await page.getByRole('button', { name: 'Merge them' }).click()
    await page.getByText('Both are one person now.').waitFor()
    await shoot(page, 'identity')
    expect(await page.getByText(hostileName).count()).toBeGreaterThan(0)
    expect([dialogs, faults]).toEqual([[], []])
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(kept).not.toMatch(/[\w-]{40,}/)
    expect(await page.evaluate('document.cookie')).toBe('')

    await page.goto(web.origin)
    await page.locator('.turns .prose').getByText('Hello there.').waitFor()
    await web.database.db.execute(sql`delete from sessions`)
    await page.waitForURL(/\/sign-in/)
    await context.close()
  })

  test.each([
    ['phone', { width: 390, height: 844 }, 'dark'],
    ['desktop', { width: 1280, height: 800 }, 'light'],
  ] as const)('has nothing that axe-core finds wrong, and fits: %s', async (name, viewport, colorScheme) => {
    const context = await newContext({ viewport, colorScheme, bypassCSP: true })
    const page = await context.newPage()
    await page.goto(`${web.origin}/sign-in?problem=stale`)
    await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' })
    const violations = await page.evaluate(
      // axe is put into the page one line above.
      async () =>
        (
          await (
            globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
          ).axe.run()
        ).violations.map(({ id }) => id),
    )
    expect(violations).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await shoot(page, `sign-in-${name}`)
    await context.close()
  })
})
