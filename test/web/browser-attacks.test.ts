import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { describeInBrowser, launchBrowser } from '#test/support/browser.ts'
import { type Script, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { openWebWorld, TestSocket, type WebWorld } from '#test/support/web-world.ts'
import { xssPayloads } from '#test/support/xss-payloads.ts'
import { localOwner } from '#web/access/identity.ts'

/** Says back what was said, in several kinds of Markdown. */
const echo: Script = async function* ({ messages }) {
  const payload = xssPayloads[Number(/payload (\d+)/.exec(messages.at(-1)?.content ?? '')?.[1])] ?? ''
  yield {
    type: 'text',
    text: `${payload}\n\n[x](${payload}) ![${payload}](${payload})\n\n\`\`\`${payload}\n${payload}\n\`\`\`\n\n- ${payload}`,
  }
  yield { type: 'end', finishReason: 'stop' }
}

describeInBrowser('attacks in a real browser', () => {
  let browser: Browser
  let world: WebWorld

  beforeAll(async () => {
    browser = await launchBrowser()
    const evil = `"'><script>window.pwned=1</script><img src=x onerror=window.pwned=1>`
    const persona = { name: evil, greeting: evil }
    world = await openWebWorld({ chatModel: scriptedModel(echo), persona })
  })
  afterAll(async () => {
    await browser?.close()
    await world?.[Symbol.asyncDispose]()
  })

  async function openPage(address: string): Promise<{ page: Page; requests: string[]; dialogs: string[] }> {
    const page = await (await browser.newContext()).newPage()
    const requests: string[] = []
    const dialogs: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(address)
    return { page, requests, dialogs }
  }

  test('no payload in a message, an answer or a name runs, neither live nor from the server, and nothing is fetched', async () => {
    const talks = Array.from({ length: Math.ceil(xssPayloads.length / 40) }, (_, index) => `attack-${index}`)
    for (const [index, talk] of talks.entries()) {
      const { page, requests, dialogs } = await openPage(`${world.origin}/c/${talk}`)
      await page.locator('html[data-js]').waitFor()
      using socket = await TestSocket.greet(world.origin, talk)
      const payloads = xssPayloads.slice(index * 40, index * 40 + 40)
      // As many at once as one person may have waiting.
      for (let sent = 0; sent < payloads.length; sent += 15) {
        const numbers = payloads.slice(sent, sent + 15).map((_, offset) => index * 40 + sent + offset)
        for (const number of numbers) {
          socket.send({
            type: 'send',
            key: `attack-key-${number}`,
            text: `payload ${number} ${xssPayloads[number]}`,
          })
        }
        const turns = numbers.map((number) => turnIdOf(localOwner, `attack-key-${number}`))
        for (const turn of turns) await socket.next('end', (end) => end.turn === turn)
      }
      await page.locator(`.turns > li:nth-child(${payloads.length})[data-status="complete"]`).waitFor()
      expect(await page.evaluate('window.pwned')).toBeUndefined()
      await page.reload()
      await page.locator('html[data-js]').waitFor()
      expect(await page.evaluate('window.pwned')).toBeUndefined()
      expect(await page.locator('.turns > li').count()).toBe(payloads.length)
      expect(
        await page
          .locator('.turns :is(script, img, iframe, object, embed, style, link, base, meta, video, audio)')
          .count(),
      ).toBe(0)
      expect(dialogs).toEqual([])
      expect(requests.filter((url) => !url.startsWith(world.origin))).toEqual([])
      expect(
        await page.locator('.turns a:not([href^="http"]):not([href^="mailto:"]):not([data-action])').count(),
      ).toBe(0)
      await page.context().close()
    }
  }, 90_000)

  test('another site can neither post, nor frame, nor open a socket', async () => {
    const pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<title>evil</title>')
    }).listen(0, '127.0.0.1')
    await once(pages, 'listening')
    const address = pages.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { page } = await openPage(`http://localhost:${port}/`)
    const attempts = await page.evaluate<Record<string, string>>(`(async () => {
      const target = ${JSON.stringify(world.origin)}
      const body = new URLSearchParams({ conversation: 'home', key: 'evil-key-1', text: 'evil words', theme: 'night', back: '/' })
      const outcome = (promise) => promise.then((value) => String(value), (error) => 'refused: ' + error.name)
      const results = {}
      results.read = await outcome(fetch(target + '/', { credentials: 'include' }).then((r) => r.text()))
      results.post = await outcome(fetch(target + '/chat/send', { method: 'POST', body, credentials: 'include' }).then((r) => r.status))
      results.blind = await outcome(fetch(target + '/theme', { method: 'POST', body, mode: 'no-cors', credentials: 'include' }).then((r) => r.type))
      results.preflight = await outcome(fetch(target + '/chat/send', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status))
      results.socket = await outcome(new Promise((resolve, reject) => {
        const socket = new WebSocket(target.replace('http', 'ws') + '/chat/socket')
        socket.onopen = () => resolve('open')
        socket.onerror = () => reject(new Error('closed'))
      }))
      const frame = document.createElement('iframe')
      frame.src = target + '/'
      document.body.append(frame)
      await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 3000) })
      results.frame = (() => { try { return frame.contentDocument?.title ?? 'refused: no document' } catch (error) { return 'refused: ' + error.name } })()
      const form = Object.assign(document.createElement('form'), { method: 'post', action: target + '/chat/send', target: 'elsewhere' })
      for (const [name, value] of body) form.append(Object.assign(document.createElement('input'), { name, value }))
      document.body.append(form)
      window.open('about:blank', 'elsewhere')
      form.submit()
      return results
    })()`)
    for (const [name, result] of Object.entries(attempts)) expect(result, name).toMatch(/^refused: /)
    expect(await page.context().cookies(world.origin)).toEqual([])
    using socket = await TestSocket.greet(world.origin, 'home')
    expect(JSON.stringify(socket.frames)).not.toContain('evil words')
    pages.closeAllConnections()
    pages.close()
  })
})
