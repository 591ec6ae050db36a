import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, post } from '#test/support/http-ask.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import { answering, failing, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { openWebWorld, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => await database[Symbol.asyncDispose]())

const open = (options: WebWorldOptions) => openWebWorld({ database, ...options })
let count = 0
const newTalk = () => `talk${++count}`
const newKey = () => `form-key-${++count}`

async function send(world: WebWorld, conversation: string, text: string, more: Record<string, string> = {}) {
  return await post(world.origin, '/chat/send', { conversation, key: newKey(), text, ...more })
}

async function show(world: WebWorld, conversation: string): Promise<string> {
  return (await ask(world.origin, { path: `/c/${conversation}` })).text
}

/** The turns of a page, without the empty one for scripts. */
function turnsOf(html: string): string[] {
  const list = html.slice(
    html.indexOf('<ol class="turns"'),
    html.indexOf('</ol>\n</div>\n<div class="foot">'),
  )
  return list.split('<li class="turn"').slice(1)
}

describe('without a script', () => {
  test('a person posts a message and is shown the answer', async () => {
    await using world = await open({ chatModel: scriptedModel(answering('Hello **there**.')) })
    const talk = newTalk()
    const answer = await send(world, talk, 'hi <b>')
    expect([answer.status, answer.headers.location]).toEqual([303, `/c/${talk}#latest`])
    const html = await show(world, talk)
    const [turn = ''] = turnsOf(html)
    expect(turn).toContain('hi &lt;b&gt;')
    expect(turn).toContain('<p>Hello <strong>there</strong>.</p>')
    expect(turn).toContain('data-status="complete"')
    expect(html).not.toContain('http-equiv="refresh"')
  })

  test('a slow answer is shown as far as it is, by a page that looks again and can stop it', async () => {
    await using world = await open({
      chatModel: scriptedModel(stallingAfter(['Once ', 'upon'])),
      answerWaitMs: 300,
    })
    const talk = newTalk()
    await send(world, talk, 'a story')
    await expect
      .poll(async () => turnsOf(await show(world, talk))[0], { timeout: 5_000 })
      .toContain('Once upon')
    const html = await show(world, talk)
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="3;url=#latest"></noscript>')
    expect(html).toContain('Lumi is still answering')
    const turn = /data-turn="([a-z2-7]{26})" data-status="running"/.exec(html)?.[1] ?? ''
    expect((await post(world.origin, '/chat/stop', { conversation: talk, turn })).status).toBe(303)
    const [stopped] = turnsOf(await show(world, talk))
    expect(stopped).toContain('data-status="stopped"')
    expect(stopped).toContain('<p>Once upon</p>')
  })

  test('a message that nobody has begun to answer is already in the page', async () => {
    await using world = await open({ hasWorker: false, answerWaitMs: 10 })
    const talk = newTalk()
    await send(world, talk, 'anyone there?')
    const [turn = ''] = turnsOf(await show(world, talk))
    expect(turn).toContain('anyone there?')
    expect(turn).toContain('data-status="waiting"')
  })

  test('sending the same form twice is one message', async () => {
    const chatModel = scriptedModel(answering('Hello.'))
    await using world = await open({ chatModel })
    const [conversation, key] = [newTalk(), newKey()]
    await Promise.all([send(world, conversation, 'hi', { key }), send(world, conversation, 'hi', { key })])
    await send(world, conversation, 'hi', { key })
    expect(turnsOf(await show(world, conversation))).toHaveLength(1)
    expect(chatModel.requests).toHaveLength(1)
  })

  test('the last message can be changed and answered again, an earlier one cannot', async () => {
    await using world = await open({
      chatModel: scriptedModel(answering('One.'), answering('Two.'), answering('Three.'), answering('Four.')),
    })
    const talk = newTalk()
    await send(world, talk, 'first')
    await send(world, talk, 'second')
    const idOf = async (index: number) =>
      /^ data-turn="([a-z2-7]{26})"/.exec(turnsOf(await show(world, talk))[index] ?? '')?.[1] ?? ''

    const last = await idOf(1)
    const editing = (await ask(world.origin, { path: `/c/${talk}?edit=${last}` })).text
    expect(editing).toContain(`name="replaces" value="${last}"`)
    expect(editing).toMatch(/<textarea[^>]*>second<\/textarea>/)
    await send(world, talk, 'second, better', { replaces: last })
    expect(turnsOf(await show(world, talk)).map((turn) => /data-part="said">(.*?)</.exec(turn)?.[1])).toEqual(
      ['first', 'second, better'],
    )

    await post(world.origin, '/chat/regenerate', { conversation: talk, key: newKey(), turn: await idOf(1) })
    const turns = turnsOf(await show(world, talk))
    expect(turns).toHaveLength(2)
    expect(turns[1]).toContain('Four.')

    const refused = await send(world, talk, 'first, better', { replaces: await idOf(0) })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('Only your last message can be changed')
    expect(refused.text).toMatch(/<textarea[^>]*>first, better<\/textarea>/)
  })

  test('a failed answer says in plain words what happened', async () => {
    await using world = await open({ chatModel: scriptedModel(failing(new Error('secret stack'))) })
    const talk = newTalk()
    await send(world, talk, 'hi')
    const [turn = ''] = turnsOf(await show(world, talk))
    expect(turn).toContain('data-status="failed"')
    expect(/data-part="state">([^<]+)</.exec(turn)?.[1]).toMatch(/\w+ \w+/)
    expect(turn).not.toContain('secret')
  })

  test('what is empty, too long, or one too many is refused with a sentence, and not lost', async () => {
    await using world = await open({ hasWorker: false, answerWaitMs: 10 })
    const talk = newTalk()
    expect((await send(world, talk, '  \n ')).text).toContain('There is nothing in the message yet.')
    const long = await send(world, talk, 'x'.repeat(8_001))
    expect([long.status, long.text.includes('8,000 characters')]).toEqual([422, true])
    for (let sent = 0; sent < 20; sent++) await send(world, talk, `message ${sent}`)
    const full = await send(world, talk, 'one too many')
    expect(full.text).toContain('Several of your messages still wait for an answer')
    expect(full.text).toMatch(/<textarea[^>]*>one too many<\/textarea>/)
  })

  test('forms that are not ours are refused', async () => {
    await using world = await open({ hasWorker: false })
    const good = { conversation: 'home', key: 'a-good-key', text: 'hi' }
    for (const bad of [
      { ...good, conversation: '../home' },
      { ...good, conversation: 'A' },
      { ...good, conversation: "x' or '1'='1" },
      { ...good, key: 'short' },
      { ...good, key: 'k'.repeat(65) },
      { ...good, key: 'sub.ject.>' },
      { ...good, replaces: 'nonsense' },
      { conversation: 'home', text: 'hi' },
    ]) {
      expect((await post(world.origin, '/chat/send', bad)).status).toBe(400)
    }
    const nobodys = { conversation: 'home', key: newKey(), turn: 'a'.repeat(26) }
    expect((await post(world.origin, '/chat/regenerate', nobodys)).status).toBe(404)
  })

  test('what people said is in no log', async () => {
    const secret = 'my-secret-sentence-4711'
    await using world = await open({
      chatModel: scriptedModel(failing(new Error('the model broke'), secret)),
    })
    await send(world, newTalk(), secret)
    await send(world, newTalk(), `${secret}${'x'.repeat(8_000)}`)
    expect(world.log.filter((line) => /"level":"(info|warn|error)"/.test(line)).join('')).not.toContain(
      secret,
    )
  })
})
