import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import {
  answering,
  failing,
  type Script,
  scriptedModel,
  stallingAfter,
} from '#test/support/scripted-chat-model.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }))

const everything = `Text with \`code\`, [a link](https://example.org) and **weight**.

# Heading

\`\`\`ts
const wide = '${'x'.repeat(200)}'
\`\`\`

| a | b |
|:--|--:|
| 1 | 2 |

> quoted

1. one
2. two`

describeInBrowser('accessibility', () => {
  let browser: Browser
  let world: WebWorld
  let demo: WebWorld
  let script: Script = answering(everything)
  let count = 0

  beforeAll(async () => {
    browser = await launchBrowser()
    const model = scriptedModel((request, signal) => script(request, signal))
    world = await openWebWorld({ chatModel: model })
    demo = await openWebWorld({ chatModel: { ...model, isDemo: true }, database: world.database })
    await Promise.all([world.web.ready, demo.web.ready])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
  })

  async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    // axe is put into the page by the test; the policy that forbids this is tested elsewhere.
    const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce', ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    return page
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe)
    const found = Violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'))
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('textbox').press('Enter')
  }

  const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
    [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ].map((viewport) => ({ colorScheme, viewport })),
  )

  test.each(looks)('axe finds nothing on any page or state: %j', async (look) => {
    const page = await newPage(look)
    for (const path of ['/', '/connect', '/nowhere']) {
      await page.goto(`${demo.origin}${path}`)
      expect(await violations(page), path).toEqual([])
    }
    await page.goto(`${world.origin}/c/axe-${++count}`)
    expect(await violations(page), 'empty').toEqual([])

    script = answering(everything)
    await say(page, 'everything')
    await page.locator('[data-status="complete"]').waitFor()
    expect(await violations(page), 'finished').toEqual([])

    script = stallingAfter(['Half a'])
    await say(page, 'half')
    await page.locator('[data-status="running"] .streaming').waitFor()
    expect(await violations(page), 'streaming').toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('[data-status="stopped"]').waitFor()

    script = failing(new Error('broken'))
    await say(page, 'fail')
    await page.locator('[data-status="failed"]').waitFor()
    await page.getByRole('textbox').press('ArrowUp')
    await page.getByRole('button', { name: 'Appearance' }).click()
    expect(await violations(page), 'failed, editing, menu open').toEqual([])
    await page.context().close()
  })

  test('axe finds nothing without a script, and while the connection is away', async () => {
    const plain = await newPage({ javaScriptEnabled: false })
    await plain.goto(`${world.origin}/c/axe-${++count}`)
    // Without a script axe cannot run; the markup is the same as what the script starts from.
    expect(await plain.getByRole('button', { name: 'Send' }).isVisible()).toBe(true)

    const page = await newPage()
    await page.goto(`${world.origin}/c/axe-${++count}`)
    await page.locator('html[data-js]').waitFor()
    await world.restartWeb(async () => {
      await page.locator('.lumi[data-state="offline"]').waitFor()
      await say(page, 'kept')
      expect(await violations(page)).toEqual([])
    })
    await page.context().close()
    await plain.context().close()
  })

  test('everything can be reached with the keyboard, in order, and shows where one is', async () => {
    script = answering(everything)
    const page = await newPage({ viewport: { width: 1280, height: 800 } })
    // The second has an earlier one to go back to.
    for (const conversation of [`walk-${++count}`, `walk-${++count}`]) {
      await page.goto(`${world.origin}/c/${conversation}`)
      await page.locator('html[data-js]').waitFor()
      await say(page, 'everything')
      await page.locator('[data-status="complete"]').waitFor()
    }
    await page.evaluate('document.querySelector(".skip-link").focus()')

    const walked: string[] = []
    for (let step = 0; step < 30; step++) {
      if (step > 0) await page.keyboard.press('Tab')
      const { name, isMarked } = Focused.parse(await page.evaluate(describeFocus))
      if (name === 'body') break
      expect(isMarked, name).toBe(true)
      walked.push(name)
    }
    expect(walked).toEqual([
      'Skip to the message box',
      'Read aloud',
      'What is connected',
      'New conversation',
      'Earlier conversations',
      'Your account',
      'Appearance',
      'Conversation with Lumi',
      'Edit',
      'example link',
      'Copy code',
      'code',
      'table',
      'Copy',
      'Read aloud',
      'Answer again',
      'Message Lumi',
      'Send',
    ])
    await page.context().close()
  })

  test('a screen reader hears that an answer comes, and then all of it, once', async () => {
    const resume = Promise.withResolvers<void>()
    script = stallingAfter(['One **two** ', 'three.\n\n```\nfour\n```'], resume.promise)
    const page = await newPage()
    await page.goto(`${world.origin}/c/hear-${++count}`)
    await page.locator('html[data-js]').waitFor()
    await page.evaluate(`
      globalThis.heard = []
      for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live=polite]'))
        new MutationObserver(() => heard.push([Math.round(performance.now()), region.role, region.textContent]))
          .observe(region, { childList: true, characterData: true, subtree: true })
    `)
    await say(page, 'count')
    await page.locator('.streaming').waitFor()
    const log = page.getByRole('log', { name: 'Conversation with Lumi' })
    expect(await log.getAttribute('aria-live')).toBe('off')
    resume.resolve()
    await page.locator('[data-status="complete"]').waitFor()
    await expect.poll(() => page.getByRole('status').textContent()).toBe('Reply complete')
    const heard = Heard.parse(await page.evaluate('heard'))
    expect(heard.filter(([, role]) => role === 'status').map(([, , text]) => text)).toEqual([
      'Lumi is replying',
      'Reply complete',
    ])
    const said = heard.filter(([, role]) => role === 'log').map(([, , text]) => text.replace(/\s+/g, ' '))
    expect(said).toEqual(['One two three. four'])
    const [first, last] = heard.filter(([, role]) => role === 'status').map(([at]) => at)
    expect((last ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(390)
    await page.context().close()
  })
})

const Focused = z.object({ name: z.string(), isMarked: z.boolean() })
const Heard = z.array(z.tuple([z.number(), z.string(), z.string()]))

/** Runs in the page. The composer's box is marked around the text area. */
const describeFocus = `(() => {
  const element = document.activeElement
  const { outlineStyle } = getComputedStyle(element)
  const around = element.closest('.composer-box')
  const isMarked = outlineStyle !== 'none' || (element.id === 'text' && getComputedStyle(around).boxShadow !== 'none')
  const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent
  const kind = { PRE: 'code', DIV: 'table', A: 'example link', BODY: 'body' }[element.tagName]
  const text = ['PRE', 'BODY'].includes(element.tagName) || element.target ? undefined : element.textContent.trim()
  return { name: label ?? (element.className === 'table-scroll' ? 'table' : (text || kind)), isMarked }
})()`
