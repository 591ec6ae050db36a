import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishStage, recordStage } from '#core/bus/stage-bus.ts'
import { decodeSound } from '#core/protocol/sound-frame.ts'
import { findOverlay } from '#core/store/overlays.ts'
import { eventually } from '#test/support/eventually.ts'
import { ask, post } from '#test/support/http-ask.ts'
import { changeSettings, createOverlay } from '#test/support/stage/overlays.ts'
import {
  audioEvent,
  captionEvent,
  cutEvent,
  faceEvent,
  mouthEvent,
  saidEvent,
  startEvent,
  stateEvent,
} from '#test/support/stage/stage-events.ts'
import { StageViewer } from '#test/support/stage/stage-viewer.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

describe('the feed of a stage', () => {
  let world: WebWorld
  let count = 0
  /** A stage of its own for each test. */
  const overlay = () => createOverlay(world.origin, 'Main scene', `1000000000000000${10 + ++count}`)

  beforeAll(async () => {
    world = await openWebWorld({ hasWorker: false })
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })

  test('begins with a snapshot of what was kept, and goes on with what happens', async () => {
    const made = await overlay()
    const look = { state: 'listening', expression: 'happy', stage: made.stage } as const
    const envelope = { v: 1, id: randomUUID(), at: Date.now(), correlationId: 'x' } as const
    await recordStage(world.bus, { ...envelope, type: 'stage.snapshot', ...look })
    using viewer = await StageViewer.watch(world.origin, made)
    expect(viewer.frames[0]).toMatchObject({ type: 'snapshot', state: 'listening', expression: 'happy' })
    publishStage(world.bus, made.stage, stateEvent('thinking'))
    publishStage(world.bus, made.stage, saidEvent('<b>Mira</b>', '<script>1</script>'))
    expect(await viewer.next('said')).toEqual({
      type: 'said',
      name: '<b>Mira</b>',
      text: '<script>1</script>',
    })
    expect(viewer.frames.map(({ type }) => type)).toEqual(['snapshot', 'state', 'said'])
  })

  test('tells a viewer that comes late what of the running sentence is still to be seen, and nothing else', async () => {
    const made = await overlay()
    using first = await StageViewer.watch(world.origin, made)
    const now = Date.now()
    const long = { playAt: now, levels: Array.from({ length: 500 }, () => 1) }
    publishStage(world.bus, made.stage, captionEvent('old', 'long over', now - 60_000))
    publishStage(world.bus, made.stage, startEvent('now', now))
    publishStage(world.bus, made.stage, mouthEvent('now', long))
    publishStage(world.bus, made.stage, captionEvent('now', 'still being said', now))
    publishStage(world.bus, made.stage, faceEvent('sad', now))
    await first.next('expression')
    using late = await StageViewer.watch(world.origin, made)
    const { events, expression } = await late.next('snapshot')
    expect(expression).toBe('sad')
    expect(events.map(({ type }) => type)).toEqual(['start', 'mouth', 'caption'])

    publishStage(world.bus, made.stage, cutEvent('now', 20))
    await first.next('cut')
    using later = await StageViewer.watch(world.origin, made)
    expect((await later.next('snapshot')).events.map(({ type }) => type)).toEqual(['mouth'])
  })

  test('sends sound to those who play it, as it came', async () => {
    const made = await overlay()
    await changeSettings(world.origin, made, { sound: 'on', place: made.stage.slice(8) })
    using viewer = await StageViewer.watch(world.origin, made)
    const silent = await overlay()
    using other = await StageViewer.watch(world.origin, silent)
    const sound = audioEvent('u', { playAt: 1_000.5, levels: [1, 0.5] })
    for (const { stage } of [made, silent]) publishStage(world.bus, stage, sound)
    for (const { stage } of [made, silent]) publishStage(world.bus, stage, stateEvent('idle'))
    await Promise.all([viewer.next('state'), other.next('state')])
    const decoded = viewer.sounds[0] && decodeSound(viewer.sounds[0])
    expect(decoded).toMatchObject({ utterance: 'u', playAt: 1_000.5, sampleRateHz: 48_000, firstFrame: 0 })
    expect(sound.type === 'stage.audio' && Buffer.compare(decoded?.pcm ?? Buffer.of(), sound.pcm)).toBe(0)
    expect(other.sounds).toEqual([])
  })

  test('tells the time', async () => {
    using viewer = await StageViewer.watch(world.origin, await overlay())
    viewer.send({ type: 'ping', sentAt: 12.5 })
    const { sentAt, at } = await viewer.next('pong')
    expect(sentAt).toBe(12.5)
    expect(Math.abs(at - Date.now())).toBeLessThan(2_000)
  })

  test('opens for nothing but the token of that overlay', async () => {
    const [made, other] = [await overlay(), await overlay()]
    for (const token of ['', 'x', other.token, made.token.toUpperCase(), `${made.token} `]) {
      using viewer = await StageViewer.open(world.origin)
      viewer.send({ type: 'hello', overlay: made.id, token })
      expect(await viewer.closed).toBe(4001)
      expect(viewer.frames).toEqual([])
    }
    using stranger = await StageViewer.open(world.origin)
    stranger.send({ type: 'hello', overlay: 'nothing', token: made.token })
    expect(await stranger.closed).toBe(4001)
  })

  test('refuses pages of others, and viewers that say anything else first', async () => {
    await expect(StageViewer.open(world.origin, { origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(StageViewer.open(world.origin, { origin: 'null' })).rejects.toThrow('403')
    for (const said of ['{', '{"type":"ping","sentAt":1}', '{"type":"hello"}', 'x'.repeat(1_000)]) {
      using viewer = await StageViewer.open(world.origin)
      viewer.send(said)
      expect(await viewer.closed).toBe(1008)
    }
  })

  test('ends within a second when the address is renewed or the overlay removed', async () => {
    for (const action of ['rotate', 'remove']) {
      const made = await overlay()
      using viewer = await StageViewer.watch(world.origin, made)
      const before = performance.now()
      await post(world.origin, `/overlays/${made.id}/${action}`, {})
      expect(await viewer.closed).toBe(4001)
      expect(performance.now() - before).toBeLessThan(1_000)
      using again = await StageViewer.open(world.origin)
      again.send({ type: 'hello', overlay: made.id, token: made.token })
      expect(await again.closed).toBe(4001)
    }
  })

  test('follows changed settings, and another stage, without a new connection', async () => {
    const [made, other] = [await overlay(), await overlay()]
    using viewer = await StageViewer.watch(world.origin, made)
    await changeSettings(world.origin, made, { delayMs: '320', place: made.stage.slice(8) })
    expect((await viewer.next('look')).settings).toMatchObject({ delayMs: 320, captions: false })
    await changeSettings(world.origin, made, { place: other.stage.slice(8) })
    await eventually(() => viewer.frames.filter(({ type }) => type === 'snapshot').length === 2)
    publishStage(world.bus, made.stage, stateEvent('thinking'))
    publishStage(world.bus, other.stage, stateEvent('listening'))
    expect((await viewer.next('state')).state).toBe('listening')
  })

  test('sends a viewer away that does not read, and keeps the others', async () => {
    const made = await overlay()
    await changeSettings(world.origin, made, { sound: 'on', place: made.stage.slice(8) })
    using slow = await StageViewer.watch(world.origin, made)
    using fine = await StageViewer.watch(world.origin, made)
    slow.pause()
    const sound = audioEvent('u', { playAt: 1, levels: Array.from({ length: 250 }, () => 1) })
    for (let piece = 1; piece <= 40; piece++) {
      publishStage(world.bus, made.stage, sound)
      await eventually(() => fine.sounds.length === piece)
    }
    await eventually(() => world.log.some((line) => line.includes('reads too slowly')))
  })

  test('keeps tokens out of the database and of the log, and remembers when an overlay was on air', async () => {
    const made = await overlay()
    expect((await findOverlay(world.database.db, made.id))?.lastSeenAt).toBeNull()
    using viewer = await StageViewer.watch(world.origin, made)
    expect(viewer.frames).toHaveLength(1)
    const row = await eventually(async () => {
      const found = await findOverlay(world.database.db, made.id)
      return found?.lastSeenAt ? found : undefined
    })
    expect(Date.now() - (row.lastSeenAt?.getTime() ?? 0)).toBeLessThan(60_000)
    expect(made.token).toMatch(/^[a-z2-7]{32}$/)
    expect(JSON.stringify(row)).not.toContain(made.token)
    expect(world.log.join('')).not.toContain(made.token)
    expect((await ask(world.origin, { path: '/overlays' })).text).not.toContain(made.token)
  })

  test('lets the owner look without a token, from our own page only', async () => {
    const made = await overlay()
    using viewer = await StageViewer.open(world.origin)
    viewer.send({ type: 'hello', overlay: made.id })
    expect((await viewer.next('snapshot')).settings.delayMs).toBe(150)
  })
})
