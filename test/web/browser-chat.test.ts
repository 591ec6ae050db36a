import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import {
  answering,
  failing,
  type Script,
  scriptedModel,
  stallingAfter,
} from '#test/support/scripted-chat-model.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

describeInBrowser('a person at the chat page', () => {
  let browser: Browser
  let world: WebWorld
  let script: Script = answering('Hello.')
  const model = scriptedModel((request, signal) => script(request, signal))
  const faults: string[] = []
  let count = 0

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await openWebWorld({ chatModel: model })
    await world.web.ready
  })
  afterAll(async () => {
    await browser?.close()
    await world?.[Symbol.asyncDispose]()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    // Also what the content security policy had to stop.
    expect(faults.splice(0)).toEqual([])
  })

  async function visit(options: BrowserContextOptions = {}): Promise<Page> {
    // Without animations unless they are what is tested: they cost a machine without a graphics card dearly.
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('WebSocket connection'))
        faults.push(message.text())
    })
    await page.goto(`${world.origin}/c/browser-${++count}`)
    if (options.javaScriptEnabled !== false) await page.locator('html[data-js]').waitFor()
    return page
  }

  const box = (page: Page) => page.getByRole('textbox', { name: 'Message Lumi' })
  // In strings, because these few words run in the browser and the tests know no DOM.
  const isFocused = (page: Page) => page.evaluate<boolean>('document.activeElement?.id === "text"')
  const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const answered = (page: Page, text: string) =>
    page.locator('.turns .prose').getByText(text, { exact: true }).waitFor()
  const turn = (page: Page, number: number) => page.locator(`.turns > li:nth-child(${number})`)

  async function say(page: Page, text: string): Promise<void> {
    await box(page).fill(text)
    await box(page).press('Enter')
  }

  test('types, sees the answer stream, then finished with formatting, and can go on typing', async () => {
    const resume = Promise.withResolvers<void>()
    script = stallingAfter(['[happy]Once **upon** ', 'a time.\n\n```js\nlet a = 1\n```\n'], resume.promise)
    const page = await visit()
    await say(page, 'a story, <b>please</b>')
    await expect
      .poll(() => turn(page, 1).locator('.streaming').textContent())
      .toContain('Once **upon** a time.')
    expect(await turn(page, 1).locator('.said-text').textContent()).toBe('a story, <b>please</b>')
    expect(await turn(page, 1).locator('.reply').getAttribute('aria-busy')).not.toBeNull()
    expect(await page.locator('.lumi').getAttribute('data-expression')).toBe('happy')
    expect(await page.locator('[data-state-word]').textContent()).toBe('speaking')
    expect(await isFocused(page)).toBe(true)
    resume.resolve()
    await turn(page, 1).locator('.prose strong').waitFor()
    expect(await turn(page, 1).locator('.prose strong').textContent()).toBe('upon')
    expect(await turn(page, 1).locator('pre code').textContent()).toBe('let a = 1\n')
    expect(await page.locator('[data-state-word]').textContent()).toBe('listening')
    await page.reload()
    expect(await turn(page, 1).locator('.prose strong').textContent()).toBe('upon')
  })

  test('sees that the companion thinks before the first word', async () => {
    script = stallingAfter([])
    const page = await visit()
    await say(page, 'hm?')
    await page.locator('.lumi[data-state="thinking"]').waitFor()
    expect(await page.locator('[data-state-word]').textContent()).toBe('thinking')
    await page.keyboard.press('Escape')
  })

  test.each(['the button', 'Escape'])('stops an answer with %s and keeps what is there', async (how) => {
    script = stallingAfter(['Half a '])
    const page = await visit()
    await say(page, 'a story')
    await turn(page, 1).locator('.streaming').waitFor()
    const stop = page.getByRole('button', { name: 'Stop' })
    if (how === 'Escape') await page.keyboard.press('Escape')
    else await stop.click()
    await page.locator('[data-status="stopped"]').waitFor()
    expect(await turn(page, 1).locator('.prose').textContent()).toBe('Half a\n')
    expect(await turn(page, 1).locator('.reply-state').textContent()).toBe('Stopped')
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(await isFocused(page)).toBe(true)
  })

  test('changes the last message with ArrowUp, and has it answered again', async () => {
    script = answering('First.')
    const page = await visit()
    await say(page, 'helo')
    await page.locator('[data-status="complete"]').waitFor()
    await box(page).press('ArrowUp')
    expect(await box(page).inputValue()).toBe('helo')
    expect(await page.locator('[data-editing]').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await box(page).inputValue()).toBe('')

    script = answering('Second.')
    await turn(page, 1).hover()
    await page.getByRole('link', { name: 'Edit' }).click()
    await box(page).fill('hello')
    await box(page).press('Enter')
    await answered(page, 'Second.')
    expect(await page.locator('.turns > li').count()).toBe(1)

    script = answering('Third.')
    await page.getByRole('button', { name: 'Answer again' }).click()
    await answered(page, 'Third.')
    expect(await page.locator('.said-text').allTextContents()).toEqual(['hello'])
    await page.reload()
    expect(await page.locator('.said-text').allTextContents()).toEqual(['hello'])
  })

  test('tries a suggestion', async () => {
    script = answering('Much.')
    const page = await visit()
    await page.getByRole('button', { name: 'What can you do?' }).click()
    await answered(page, 'Much.')
    expect(await page.locator('[data-empty]').isVisible()).toBe(false)
    expect(await page.locator('.said-text').allTextContents()).toEqual(['What can you do?'])
  })

  test('writes several lines with Shift+Enter, and may compose with an IME', async () => {
    script = answering('Ok.')
    const page = await visit()
    await box(page).pressSequentially('one')
    await box(page).press('Shift+Enter')
    await box(page).pressSequentially('two')
    for (const init of ['isComposing: true', 'keyCode: 229']) {
      const event = `new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ${init} })`
      await page.evaluate(`document.querySelector('#text').dispatchEvent(${event})`)
    }
    expect(await box(page).inputValue()).toBe('one\ntwo')
    await box(page).press('Enter')
    await answered(page, 'Ok.')
    expect(await page.locator('.said-text').textContent()).toBe('one\ntwo')
  })

  test('writes lines with Enter on a touch screen, and sends with the button', async () => {
    script = answering('Ok.')
    const page = await visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
    await box(page).fill('one')
    await box(page).press('Enter')
    expect(await box(page).inputValue()).toBe('one\n')
    await page.getByRole('button', { name: 'Send' }).tap()
    await answered(page, 'Ok.')
    for (const button of await page.getByRole('button').all()) {
      const size = (await button.isVisible()) ? await button.boundingBox() : null
      if (size) expect(Math.min(size.width, size.height), await button.innerHTML()).toBeGreaterThanOrEqual(44)
    }
    expect(
      await page.evaluate<number>('parseFloat(getComputedStyle(document.querySelector("#text")).fontSize)'),
    ).toBeGreaterThanOrEqual(16)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })

  test('focuses the box with a slash from anywhere else', async () => {
    const page = await visit()
    await page.getByRole('button', { name: 'Appearance' }).focus()
    await page.keyboard.press('/')
    expect(await isFocused(page)).toBe(true)
    await page.keyboard.press('/')
    expect(await box(page).inputValue()).toBe('/')
  })

  test('is told in plain words when an answer fails, and may ask again', async () => {
    script = failing(new Error('inner secret'))
    const page = await visit()
    await say(page, 'hi')
    await page.locator('[data-status="failed"]').waitFor()
    expect(await page.locator('[data-failure]').textContent()).toMatch(/\w+ \w+/)
    expect(await page.content()).not.toContain('inner secret')
    script = answering('Better now.')
    await page.getByRole('button', { name: 'Answer again' }).click()
    await answered(page, 'Better now.')
  })

  test('loses nothing while the connection is away: what is written then is sent once', async () => {
    script = answering('Back.')
    const page = await visit()
    await say(page, 'before')
    await page.locator('[data-status="complete"]').waitFor()
    const requests = model.requests.length
    await world.restartWeb(async () => {
      await page.locator('.lumi[data-state="offline"]').waitFor()
      expect(await page.locator('[data-alert]').textContent()).toContain('The connection to Lumi is gone')
      await say(page, 'while away')
      expect(await turn(page, 2).locator('.reply-state').textContent()).toContain('Not sent yet')
    })
    await page.locator('.turns > li:nth-child(2)[data-status="complete"]').waitFor({ timeout: 20_000 })
    expect(await page.locator('[data-alert]').textContent()).toBe('')
    expect(model.requests.length).toBe(requests + 1)
    expect(
      await page.evaluate('Object.keys(sessionStorage).filter((name) => name.startsWith("unsent")).length'),
    ).toBe(0)
    await page.reload()
    expect(await page.locator('.said-text').allTextContents()).toEqual(['before', 'while away'])
  })

  test('stays where they read while an answer grows, and jumps to its end with a button', async () => {
    const resume = Promise.withResolvers<void>()
    const lines = (from: number) => Array.from({ length: 60 }, (_, line) => `line ${from + line}\n\n`)
    script = async function* (request, signal) {
      yield* stallingAfter(lines(0), resume.promise)(request, signal)
      for (const text of lines(60)) yield { type: 'text', text }
      yield { type: 'end', finishReason: 'stop' }
    }
    // The stalling script says its own end; without it the text goes on.
    const onlyText: Script = async function* (request, signal) {
      for await (const chunk of script(request, signal)) if (chunk.type === 'text') yield chunk
      yield { type: 'end', finishReason: 'stop' }
    }
    const inner = script
    script = (request, signal) => {
      script = inner
      return onlyText(request, signal)
    }
    const page = await visit()
    await say(page, 'lines')
    await page.getByText('line 59').waitFor()
    const distance = () =>
      page.evaluate<number>(
        '(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop)(document.querySelector("[data-log]"))',
      )
    await expect.poll(distance).toBeLessThan(80)
    await page.evaluate('document.querySelector("[data-log]").scrollTop = 0')
    const jump = page.getByRole('button', { name: 'Jump to latest' })
    await jump.waitFor()
    resume.resolve()
    await page.locator('[data-status="complete"]').waitFor()
    expect(await page.evaluate('document.querySelector("[data-log]").scrollTop')).toBe(0)
    await jump.click()
    await expect.poll(distance).toBeLessThan(80)
    expect(await jump.isVisible()).toBe(false)
  })

  test('copies a whole answer, or only its code', async () => {
    script = answering('Take **this**:\n\n```js\nlet a = 1\n```\n')
    const page = await visit({ permissions: ['clipboard-read', 'clipboard-write'] })
    await say(page, 'code')
    await page.locator('[data-status="complete"]').waitFor()
    const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()')
    await page.getByRole('button', { name: 'Copy code' }).click()
    await expect.poll(clipboard).toBe('let a = 1\n')
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await expect.poll(clipboard).toContain('Take **this**:')
    await expect.poll(() => page.getByRole('status').textContent()).toBe('Copied')
  })

  test('hears the answer when they switched reading aloud on, and sees the mouth move', async () => {
    script = answering('This is a sentence that takes a while to hum.')
    const page = await visit({ reducedMotion: 'no-preference' })
    const toggle = page.getByRole('button', { name: 'Read aloud', exact: true }).first()
    expect(await toggle.getAttribute('aria-pressed')).toBe('false')
    await toggle.click()
    await say(page, 'speak')
    const mouth = () =>
      page.evaluate<number>('+document.querySelector(".lumi").style.getPropertyValue("--mouth")')
    await expect.poll(mouth, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0.15)
    await page.locator('[data-status="complete"]').waitFor()
    expect(await page.locator('[data-state-word]').textContent()).toBe('speaking')
    await toggle.click()
    await expect.poll(() => page.locator('[data-state-word]').textContent()).toBe('listening')
    await toggle.click()
    await page.reload()
    expect(await toggle.getAttribute('aria-pressed')).toBe('true')
  })

  test('changes the look without losing what was typed, and finds it again', async () => {
    const page = await visit({ colorScheme: 'light' })
    const paper = await background(page)
    await box(page).fill('a draft')
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('button', { name: 'Night' }).click()
    await expect.poll(() => background(page)).not.toBe(paper)
    expect(await box(page).inputValue()).toBe('a draft')
    await expect
      .poll(async () => (await page.context().cookies()).map(({ value }) => value))
      .toEqual(['night'])
    await page.reload()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('night')
  })

  test('sees no movement when they asked for less of it', async () => {
    script = stallingAfter(['Slowly'])
    const page = await visit()
    await say(page, 'hi')
    await turn(page, 1).locator('.streaming').waitFor()
    await page.waitForFunction(
      'document.getAnimations().every((animation) => animation instanceof CSSTransition)',
    )
    await page.keyboard.press('Escape')
    const still = await visit({ reducedMotion: 'no-preference' })
    expect(await still.evaluate<number>('document.getAnimations().length')).toBeGreaterThan(3)
  })

  test('does all of it without a script, too', async () => {
    script = answering('Plain **words**.')
    const page = await visit({ javaScriptEnabled: false })
    await box(page).fill('hello')
    await page.getByRole('button', { name: 'Send' }).click()
    expect(await turn(page, 1).locator('.prose strong').textContent()).toBe('words')
    script = answering('Other words.')
    await page.getByRole('button', { name: 'Answer again' }).click()
    expect(await turn(page, 1).locator('.prose').textContent()).toBe('Other words.\n')
    await page.getByRole('link', { name: 'Edit' }).click()
    expect(await box(page).inputValue()).toBe('hello')
    await box(page).fill('hello again')
    await page.getByRole('button', { name: 'Send' }).click()
    expect(await page.locator('.said-text').allTextContents()).toEqual(['hello again'])
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('button', { name: 'Night' }).click()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('night')
    expect(await page.getByRole('button', { name: 'Read aloud' }).count()).toBe(0)
  })
})
