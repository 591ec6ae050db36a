import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { onConsentChanged } from '#core/bus/consent-changes.ts'
import { ensureAuthor, getPersonPreferences } from '#core/store/people.ts'
import { identities } from '#core/store/schema.ts'
import { getSetting } from '#core/store/settings.ts'
import { eventually } from '#test/support/eventually.ts'
import { ask } from '#test/support/http-ask.ts'
import { answering, scriptedModel } from '#test/support/scripted-chat-model.ts'
import type { WebWorld } from '#test/support/web-world.ts'
import { hummingVoice } from '#test/support/web-world.ts'
import { openVisitedWorld, pagesOf, visitor } from './visitors.ts'

describe('the account page, without a script', () => {
  let world: WebWorld
  const prompts: string[] = []
  const spokenBy: (string | undefined)[] = []

  beforeAll(async () => {
    const model = scriptedModel((request, signal) => {
      prompts.push(JSON.stringify(request.messages))
      return answering('An answer.')(request, signal)
    })
    const synthesizer = {
      ...hummingVoice,
      voices: ['low', 'high'],
      synthesize: (...args: Parameters<typeof hummingVoice.synthesize>) => {
        spokenBy.push(args[1].voice)
        return hummingVoice.synthesize(...args)
      },
    }
    world = await openVisitedWorld({ chatModel: model, synthesizer })
  })
  afterAll(async () => await world[Symbol.asyncDispose]())

  const somebody = () => {
    const name = `v-${randomUUID()}`
    return { name, pages: pagesOf(world, name) }
  }
  const personOf = async (name: string) => (await ensureAuthor(world.database.db, visitor(name))).personId
  const say = async (name: string, text: string, conversation = 'home') => {
    const fields = { conversation, key: randomUUID(), text }
    expect((await pagesOf(world, name).post('/chat/send', fields)).status).toBe(303)
  }

  test('is not shown to strangers', async () => {
    const { status, text } = await ask(world.origin, { path: '/account' })
    expect([status, text.includes('Delete everything')]).toEqual([401, false])
  })

  test('has every section in its index', async () => {
    const { text } = await somebody().pages.get('/account')
    const targets = [...text.matchAll(/<a href="#(\w+)"/g)].map(([, id]) => id)
    expect(targets).toEqual(['you', 'accounts', 'character', 'memory', 'overlays', 'privacy', 'data'])
    for (const id of targets) expect(text).toContain(`<h2 id="${id}"`)
  })

  test('the name and the language that are chosen reach the next prompt, and go when they are emptied', async () => {
    const { name, pages } = somebody()
    const answer = await pages.post('/account/you', { name: '  Ada <b>L.</b> ', language: 'de' })
    expect([answer.status, answer.headers.location]).toEqual([303, '/account?saved=you#you'])
    const { text } = await pages.get('/account?saved=you')
    expect(text).toContain('value="Ada &lt;b&gt;L.&lt;/b&gt;"')
    expect(text).toContain('value="de" lang="de" selected')
    expect(text).toContain('It counts from the next answer on.')
    await say(name, 'hello')
    expect(prompts.at(-1)).toContain('\\"language\\":\\"de\\"')
    expect(prompts.at(-1)).toContain('Ada')
    await pages.post('/account/you', { name: '', language: '' })
    await say(name, 'again')
    expect(prompts.at(-1)).not.toContain('\\"language\\"')
    expect(await getSetting(world.database.db, `person:${await personOf(name)}`, 'persona')).toBeUndefined()
  })

  test('a wish for the tone reaches the prompt and stays beside the name', async () => {
    const { name, pages } = somebody()
    await pages.post('/account/you', { name: 'Ada', language: '' })
    await pages.post('/account/character', { style: 'Puns, please', voice: '' })
    await say(name, 'hello')
    expect(prompts.at(-1)).toContain('Puns, please')
    expect(prompts.at(-1)).toContain('\\"callMe\\":\\"Ada\\"')
  })

  test('the chosen voice reads answers aloud', async () => {
    const { name, pages } = somebody()
    await say(name, 'hello')
    const [turn] = /[a-z2-7]{26}/.exec((await pages.get('/')).text) ?? []
    await pages.get(`/chat/turns/${turn}/speech`)
    const { text } = await pages.get('/account')
    expect(text).toContain('<option value="high"')
    await pages.post('/account/character', { style: '', voice: 'high' })
    await pages.get(`/chat/turns/${turn}/speech`)
    expect(spokenBy).toEqual([undefined, 'high'])
  })

  test.each([
    ['/account/you', { name: 'x'.repeat(61), language: '' }],
    ['/account/you', { name: 'Ada', language: 'Klingon, please' }],
    ['/account/character', { style: 'x'.repeat(201), voice: '' }],
    ['/account/privacy', { heard: 'perhaps' }],
    ['/account/privacy', { heard: 'on', transcripts: 'on' }],
    ['/account/history', {}],
  ])('%s refuses what its form does not send: %j', async (path, fields) => {
    const { pages } = somebody()
    expect((await pages.post(path, fields)).status).toBe(400)
  })

  test('the switches of history and privacy are those of the person, and calls hear of them', async () => {
    const { name, pages } = somebody()
    const { db } = world.database
    const personId = await personOf(name)
    const discordId = randomUUID()
    await db
      .insert(identities)
      .values({ platform: 'discord', platformUserId: discordId, personId, displayName: 'ada' })
    const heard: string[] = []
    const over = new AbortController()
    const listening = onConsentChanged(world.bus, (id) => heard.push(id), { signal: over.signal })
    await pages.post('/account/history', { history: 'off' })
    await pages.post('/account/privacy', { heard: 'off' })
    await pages.post('/account/privacy', { transcripts: 'on' })
    const chosen = { keepsHistory: false, isHeard: false, allowsTranscripts: true }
    expect(await getPersonPreferences(db, personId)).toMatchObject(chosen)
    const { text } = await pages.get('/account')
    for (const button of ['Keep again', 'Listen to me again', 'Do not write it down'])
      expect(text).toContain(button)
    await eventually(() => heard.length === 2 || undefined)
    expect(heard).toEqual([discordId, discordId])
    over.abort()
    await listening
  })

  test('one message is forgotten, then a conversation, then everything', async () => {
    const { name, pages } = somebody()
    await say(name, 'first words')
    await say(name, 'second words')
    await say(name, 'elsewhere', 'other')
    const { text } = await pages.get('/account')
    expect(text).toContain('3 messages of yours and the answers, in 2 conversations')
    const talk = talkTitled(text, 'first words')
    const page = (await pages.get(`/account/talks/${talk}`)).text
    expect(page).toContain('An answer.')
    const [, action = ''] = /action="([^"]*\/turns\/[a-z2-7]{26}\/forget)"/.exec(page) ?? []
    await pages.post(action)
    const less = (await pages.get(`/account/talks/${talk}?forgot=1`)).text
    expect([less.includes('first words'), less.includes('second words')]).toEqual([false, true])
    await pages.post(`/account/talks/${talk}/forget`)
    expect((await pages.get(`/account/talks/${talk}`)).status).toBe(404)
    expect((await pages.get('/account')).text).toContain(
      'One message of yours and the answers, in one conversation',
    )
    await pages.post('/account/forget')
    expect((await pages.get('/account')).text).toContain('Nothing that you said is kept.')
  })

  test('what others said can neither be seen nor forgotten, and is not in an export', async () => {
    const [ada, eve] = [somebody(), somebody()]
    await say(ada.name, 'secret words')
    const talk = talkTitled((await ada.pages.get('/account')).text, 'secret words')
    const page = (await ada.pages.get(`/account/talks/${talk}`)).text
    const [, action = ''] = /action="([^"]*\/turns\/[a-z2-7]{26}\/forget)"/.exec(page) ?? []
    expect((await eve.pages.get(`/account/talks/${talk}`)).status).toBe(404)
    for (const path of [action, `/account/talks/${talk}/forget`])
      expect((await eve.pages.post(path)).status).toBe(404)
    await eve.pages.post('/account/forget')
    await eve.pages.post('/account/delete', { phrase: 'delete everything' })
    expect((await eve.pages.get('/account/export')).text).not.toContain('secret words')
    expect((await ada.pages.get(`/account/talks/${talk}`)).text).toContain('secret words')
  })

  test('everything can be downloaded as JSON', async () => {
    const { name, pages } = somebody()
    await say(name, 'kept words')
    const { headers, text } = await pages.get('/account/export')
    expect(headers['content-disposition']).toBe('attachment; filename="companions-export.json"')
    expect(headers['cache-control']).toBe('no-store')
    const Export = z.object({ turns: z.array(z.object({ text: z.string(), reply: z.string() })) })
    expect(Export.parse(JSON.parse(text)).turns).toEqual([{ text: 'kept words', reply: 'An answer.' }])
  })

  test('nothing is deleted for the wrong words, and a page says so', async () => {
    const { name, pages } = somebody()
    await say(name, 'kept words')
    for (const phrase of ['', 'delete', 'delete everything now']) {
      const { status, text } = await pages.post('/account/delete', { phrase })
      expect([status, text.includes('Nothing was deleted')]).toEqual([422, true])
    }
    expect((await pages.get('/account')).text).toContain('kept words')
  })
})

function talkTitled(page: string, title: string): string {
  const [, id] =
    new RegExp(`href="/account/talks/([0-9a-f-]{36})" aria-label="Look at ${title}"`).exec(page) ?? []
  if (id === undefined) throw new Error(`no conversation begins with ${title}`)
  return id
}
