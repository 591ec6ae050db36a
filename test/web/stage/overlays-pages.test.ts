import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findOverlay } from '#core/store/overlays.ts'
import { ask, post } from '#test/support/http-ask.ts'
import { answerControl } from '#test/support/stage/control.ts'
import { changeSettings, createOverlay } from '#test/support/stage/overlays.ts'
import { tinyMotion } from '#test/support/stage/tiny-motion.ts'
import { upload } from '#test/support/stage/upload.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

const host = { host: '127.0.0.1' }

describe('the pages of overlays, without a script', () => {
  let world: WebWorld
  beforeAll(async () => {
    world = await openWebWorld({ hasWorker: false })
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })
  const get = (path: string, headers: Readonly<Record<string, string>> = host) =>
    ask(world.origin, { path, headers })

  test('show a new address once, and never again', async () => {
    const { address, token, id } = await createOverlay(world.origin)
    expect(address).toBe(`${world.origin}/o/${id}#${token}`)
    const { text } = await get('/overlays')
    expect(text).toContain(`/o/${id}#preview`)
    expect(text).not.toContain(token)
  })

  test('renew an address', async () => {
    const { id, token } = await createOverlay(world.origin)
    const { text } = await post(world.origin, `/overlays/${id}/rotate`, {})
    const [, renewed] = new RegExp(`/o/${id}#([a-z2-7]{32})`).exec(text) ?? []
    expect(renewed).toBeDefined()
    expect(renewed).not.toBe(token)
  })

  test('show names as text', async () => {
    await createOverlay(world.origin, '<img src=x onerror=alert(1)>')
    const { text } = await get('/overlays')
    expect(text).not.toContain('<img src=x')
    expect(text).toContain('&lt;img src=x')
  })

  test.each([
    ['discord', 'my server'],
    ['discord', '1'],
    ['twitch', 'a b'],
    ['twitch', ''],
  ])('refuse %s %j with a sentence', async (source, place) => {
    const { status, text } = await post(world.origin, '/overlays', { name: 'x', source, place })
    expect(status).toBe(200)
    expect(text).toContain('no overlay was made')
  })

  test.each([
    ['page', '', 'web-owner'],
    ['discord', '123456789012345678', 'discord-123456789012345678'],
    ['twitch', '#Lumi_Live', 'twitch-lumi_live'],
  ])('feed an overlay from %s %j', async (source, place, stage) => {
    const { text } = await post(world.origin, '/overlays', { name: 'x', source, place })
    const [, id = ''] = /\/o\/([a-z2-7]+)#[a-z2-7]{32}/.exec(text) ?? []
    expect((await findOverlay(world.database.db, id))?.stage).toBe(stage)
  })

  test('keep settings, and refuse those that cannot be', async () => {
    const made = await createOverlay(world.origin)
    await changeSettings(world.origin, made, { delayMs: '205', bubbles: 'on', framing: 'bust' })
    const settings = (await findOverlay(world.database.db, made.id))?.settings
    expect(settings).toMatchObject({ delayMs: 205, bubbles: true, captions: false, framing: 'bust' })
    await expect(changeSettings(world.origin, made, { delayMs: '-1' })).rejects.toThrow('400')
    await expect(changeSettings(world.origin, made, { quality: 'best' })).rejects.toThrow('400')
    const { status } = await post(world.origin, `/overlays/${made.id}/delay`, { delayMs: '90' })
    expect(status).toBe(303)
    expect((await findOverlay(world.database.db, made.id))?.settings).toMatchObject({ delayMs: 90 })
  })

  test('take no orders from other sites, and know no foreign overlay', async () => {
    const { id } = await createOverlay(world.origin)
    const headers = { ...host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const action of ['', '/rotate', '/remove', '/delay', '/clap', '/avatar', '/avatar/remove']) {
      const path = `/overlays/${id}${action}`
      expect((await ask(world.origin, { method: 'POST', path, headers })).status, action).toBe(403)
    }
    for (const action of ['rotate', 'remove', 'clap', 'avatar/remove'])
      expect((await post(world.origin, `/overlays/nothing/${action}`, {})).status, action).toBe(404)
    for (const page of ['calibrate', 'waiting-file'])
      expect((await get(`/overlays/nothing/${page}`)).status).toBe(404)
  })

  test('clap on the stage of the page, and ask the companion to clap where a call feeds it', async () => {
    const page = await post(world.origin, '/overlays', { name: 'x', source: 'page', place: '' })
    const [, id = ''] = /\/o\/([a-z2-7]+)#[a-z2-7]{32}/.exec(page.text) ?? []
    expect(JSON.parse((await post(world.origin, `/overlays/${id}/clap`, {})).text)).toEqual({
      now: expect.any(Number),
      playAt: expect.any(Number),
    })
    const inCall = await createOverlay(world.origin)
    const clap = async () => JSON.parse((await post(world.origin, `/overlays/${inCall.id}/clap`, {})).text)
    expect(await clap()).toEqual({
      now: expect.any(Number),
      sentence: expect.stringMatching(/not on Discord.*\/join/),
    })
    await using bot = await answerControl(world.bus, inCall.guildId)
    expect(await clap()).toMatchObject({ playAt: 1_234 })
    expect(bot.actions).toEqual(['clap'])
    bot.answer = { isDone: false, sentence: 'I am in no call on this server.' }
    expect(await clap()).toMatchObject({ sentence: 'I am in no call on this server.' })
  })

  test('say of an overlay that a call feeds how to calibrate it, and that it has no sound of its own', async () => {
    const { id } = await createOverlay(world.origin)
    expect((await get(`/overlays/${id}/calibrate`)).text).toMatch(
      /claps in its call on Discord.*type \/join/s,
    )
    expect((await get('/overlays')).text).toContain('this overlay has no sound to play')
  })

  test('are the same for every address in the streaming program, and may not be framed by others', async () => {
    const { id } = await createOverlay(world.origin)
    const [known, unknown] = [await get(`/o/${id}`), await get('/o/unknown')]
    expect(known.text).toBe(unknown.text)
    const policy = String(known.headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'self'")
    expect(known.headers).toMatchObject({ 'x-robots-tag': 'noindex', 'cache-control': 'no-store' })
    expect(known.text).not.toMatch(/<script(?![^>]* src="\/assets\/)/)
  })

  test('give a file that waits for the server, without the token', async () => {
    const { id, token } = await createOverlay(world.origin)
    const { text, headers } = await get(`/overlays/${id}/waiting-file`)
    expect(headers['content-disposition']).toContain('attachment')
    expect(text).toContain(`/o/${id}#PUT-`)
    expect(text).not.toContain(token)
    const up = await get('/stage/up')
    expect(up.status).toBe(204)
    expect(up.headers['cross-origin-resource-policy']).toBe('cross-origin')
  })
})

describe('an avatar of one’s own', () => {
  let world: WebWorld
  beforeAll(async () => {
    world = await openWebWorld({ hasWorker: false })
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })

  test('is checked, worn, served under its hash, and goes when it is taken off', async () => {
    const { id } = await createOverlay(world.origin)
    const file = await readFile('assets/avatar/lumi.vrm')
    const { status, text } = await upload(world.origin, id, file)
    expect(status).toBe(200)
    expect(text).toContain('Lumi, VRM 1.0.')
    const avatar = (await findOverlay(world.database.db, id))?.avatar
    const path = `/stage/avatars/${avatar}.vrm`
    const served = await ask(world.origin, { path, headers: host })
    expect(served.bytes.equals(file)).toBe(true)
    expect(served.headers['cache-control']).toContain('immutable')
    expect((await post(world.origin, `/overlays/${id}/avatar/remove`, {})).status).toBe(303)
    expect((await ask(world.origin, { path, headers: host })).status).toBe(404)
    expect((await findOverlay(world.database.db, id))?.avatar).toBeNull()
  })

  test('may bring a motion, which stays when other settings change, and goes when it is not wanted', async () => {
    const made = await createOverlay(world.origin)
    const { status, text } = await upload(world.origin, made.id, tinyMotion())
    expect([status, text.includes('The motion was checked')]).toEqual([200, true])
    await changeSettings(world.origin, made, { delayMs: '90' })
    const settings = async () => (await findOverlay(world.database.db, made.id))?.settings
    const { motion } = z.object({ motion: z.string(), delayMs: z.literal(90) }).parse(await settings())
    const path = `/stage/avatars/${motion}.vrm`
    expect((await ask(world.origin, { path, headers: host })).bytes.equals(tinyMotion())).toBe(true)
    await post(world.origin, `/overlays/${made.id}/motion/remove`, {})
    expect(await settings()).not.toHaveProperty('motion')
    expect((await ask(world.origin, { path, headers: host })).status).toBe(404)
  })

  test('that is none is refused with the reason, and nothing changes', async () => {
    const { id } = await createOverlay(world.origin)
    for (const file of [
      Buffer.from('no avatar'),
      (await readFile('assets/avatar/lumi.vrm')).subarray(0, 9_000),
    ]) {
      const { status, text } = await upload(world.origin, id, file)
      expect(status).toBe(422)
      expect(text).toContain('This file cannot be worn')
    }
    expect((await findOverlay(world.database.db, id))?.avatar).toBeNull()
  })

  test('is no way to other files', async () => {
    for (const name of ['..%2f..%2fpackage.json', '%2e%2e/x', 'x.vrm', `${'a'.repeat(64)}.vrm`])
      expect((await ask(world.origin, { path: `/stage/avatars/${name}`, headers: host })).status).toBe(404)
  })
})
