import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureAuthor } from '#core/store/people.ts'
import { setSetting } from '#core/store/settings.ts'
import { latencyPercentiles, newestTurnTimes } from '#core/store/turn-times.ts'
import { eventually } from '#test/support/eventually.ts'
import { ask, post } from '#test/support/http-ask.ts'
import { answering, type Script, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { openWebWorld, TestSocket, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'
import { localOwner } from '#web/access/identity.ts'

describe('the admin page of the local owner', () => {
  let world: WebWorld
  let script: Script = answering('Secret answer.')
  let health: Awaited<ReturnType<NonNullable<WebWorldOptions['checkHealth']>>> = []

  beforeAll(async () => {
    const chatModel = scriptedModel((request, signal) => script(request, signal))
    world = await openWebWorld({ chatModel, checkHealth: async () => health })
  })
  afterAll(async () => await world[Symbol.asyncDispose]())

  const page = async () => (await ask(world.origin, { path: '/admin' })).text
  const say = (text: string, conversation = 'home') =>
    post(world.origin, '/chat/send', { conversation, key: randomUUID(), text })

  test('shows turns with their times, and no word and nobody in them', async () => {
    expect(await page()).toContain('Nobody has said anything yet.')
    await say('Secret question')
    const text = await page()
    expect(text).toMatch(/aria-label="context \d+ ms, first token after \d+ ms, \d+ ms in all"/)
    expect(text).toContain('Of the newest measured turn.')
    expect(text).toContain('<td>web, web</td><td>complete</td>')
    const { personId } = await ensureAuthor(world.database.db, localOwner)
    for (const secret of ['Secret question', 'Secret answer', personId]) expect(text).not.toContain(secret)
  })

  test('has a green light for what works and the sentence for what does not', async () => {
    expect(await page()).not.toContain('light is-down')
    const sentence = 'the speech recogniser at http://whisper.lab does not answer. Look whether it runs.'
    health = [
      { service: 'llm', address: 'http://llm.lab', ok: true },
      { service: 'stt', address: 'http://whisper.lab', ok: false, sentence },
    ]
    const text = await page()
    expect(text.match(/light is-down/g)).toHaveLength(1)
    expect(text).toContain(sentence)
    health = []
  })

  test('shows what is set for servers as text', async () => {
    await setSetting(world.database.db, 'discord:guild:77', 'persona', { style: '<b>loud</b>' })
    const text = await page()
    expect(text).toContain('<summary>discord 77</summary>')
    expect(text).toContain('style: &lt;b&gt;loud&lt;/b&gt;')
  })

  test('the panic switch stops what runs and what waits; what comes later is answered', async () => {
    script = stallingAfter(['Half an', ' answer'])
    using socket = await TestSocket.greet(world.origin, 'panic')
    socket.send({ type: 'send', key: randomUUID(), text: 'go on for ever' })
    socket.send({ type: 'send', key: randomUUID(), text: 'and this waits' })
    await eventually(async () => (await newest()).filter(({ status }) => status === 'running').length === 1)
    await eventually(() => socket.frames.filter(({ type }) => type === 'said').length === 2)
    const { text } = await post(world.origin, '/admin/panic', {})
    expect(text).toContain('Every answer is stopped. No bot is running, so there were no calls.')
    await eventually(async () => (await newest()).every(({ status }) => status !== 'running'))
    await eventually(() => socket.frames.filter(({ type }) => type === 'end').length === 2)
    expect((await newest()).slice(0, 2).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
    script = answering('Here again.')
    await say('hello?', 'panic')
    expect((await newest())[0]?.status).toBe('complete')
    expect(world.log.some((line) => line.includes('the panic switch was used'))).toBe(true)
  })

  test('percentiles are of what was measured', async () => {
    const { count, firstTokenP50, totalP50, totalP95 } = await latencyPercentiles(world.database.db, {
      newest: 500,
    })
    expect(count).toBeGreaterThanOrEqual(2)
    expect(firstTokenP50).toBeLessThanOrEqual(totalP50 ?? 0)
    expect(totalP50).toBeLessThanOrEqual(totalP95 ?? 0)
  })

  test('a form of another site cannot use the switch', async () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    }
    const answer = await ask(world.origin, { method: 'POST', path: '/admin/panic', headers, body: '' })
    expect(answer.status).toBe(403)
  })

  const newest = () => newestTurnTimes(world.database.db, { limit: 50 })
})
