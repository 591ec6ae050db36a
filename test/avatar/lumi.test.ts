import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from '#test/support/browser.ts'
import { tinyAvatar } from '../core/avatar/tiny-avatar.ts'
import { type LoadedAvatar, openTurntable, type Turntable, type View } from './turntable/open-turntable.ts'

const vowels = ['aa', 'ih', 'ou', 'ee', 'oh']
const emotions = ['happy', 'angry', 'sad', 'relaxed', 'surprised']
const blinks = ['blink', 'blinkLeft', 'blinkRight']
const looks = ['lookUp', 'lookDown', 'lookLeft', 'lookRight']
const lantern = ['lanternBright', 'lanternEmber']

const mouth: View = { width: 160, height: 120, middle: 0.615, span: 0.12 }
const face: View = { width: 160, height: 160, middle: 0.72, span: 0.4 }

describeInBrowser('Lumi in a browser', () => {
  let table: Turntable
  let loaded: LoadedAvatar

  beforeAll(async () => {
    table = await openTurntable()
    loaded = await table.call('load', '/lumi.vrm')
    await table.call('stand')
    await table.call('settle')
  })
  afterAll(() => table?.[Symbol.asyncDispose]())
  afterEach(() => {
    // Reading a picture back is slow, of which the driver warns; nothing else may be said.
    const complaints = table.complaints
      .splice(0)
      .filter((text) => !text.includes('GPU stall due to ReadPixels'))
    expect(complaints).toEqual([])
  })

  const change = (view: View, before: object, after: object) =>
    table.call<number>('difference', view, before, after)

  test('loads as VRM 1.0 with every preset and swinging bones', () => {
    expect(loaded.metaVersion).toBe('1')
    expect([...loaded.names].sort()).toEqual(
      [...vowels, ...emotions, ...blinks, ...looks, ...lantern, 'neutral'].sort(),
    )
    expect(loaded.joints).toBeGreaterThan(10)
  })

  test('is drawn with few calls and triangles, outlines included', async () => {
    const { triangles, calls } = await table.call<{ triangles: number; calls: number }>('draw', face)
    expect(calls).toBeLessThanOrEqual(10)
    expect(triangles).toBeLessThanOrEqual(60_000)
  })

  test('opens the mouth in a shape of its own for each vowel', async () => {
    for (const [index, vowel] of vowels.entries()) {
      expect(await change(mouth, {}, { [vowel]: 1 }), vowel).toBeGreaterThan(150)
      for (const other of vowels.slice(index + 1))
        expect(await change(mouth, { [vowel]: 1 }, { [other]: 1 }), `${vowel} and ${other}`).toBeGreaterThan(
          150,
        )
    }
  })

  test('still speaks while it shows an emotion', async () => {
    for (const emotion of emotions)
      expect(await change(mouth, { [emotion]: 1 }, { [emotion]: 1, aa: 1 }), emotion).toBeGreaterThan(150)
  })

  test('changes its face for each emotion, blink and look', async () => {
    for (const name of [...emotions, ...blinks, ...looks])
      expect(await change(face, {}, { [name]: 1 }), name).toBeGreaterThan(60)
  })

  test('follows with its eyes what it looks at', async () => {
    for (const look of [
      [1.5, 0],
      [-1.5, 0],
      [0, 1.2],
      [0, -1.2],
    ])
      expect(await change(face, { look: [0, 0] }, { look }), String(look)).toBeGreaterThan(60)
  })

  test('does not blink while happy, whose eyes are closed already', async () => {
    expect(await change(face, { happy: 1 }, { happy: 1, blink: 1 })).toBe(0)
  })

  test('lets the lantern glow and fade', async () => {
    const light: View = { width: 120, height: 120, middle: 0.87, aside: 0.31, span: 0.3 }
    expect(await change(light, { lanternEmber: 1 }, {})).toBeGreaterThan(800)
    expect(await change(light, {}, { lanternBright: 1 })).toBeGreaterThan(800)
  })

  test('lets antenna and tufts swing when the head moves, and come to rest', async () => {
    const place = () => table.call<number[]>('whereIs', 'lanternTip')
    const moved = async (steps: number): Promise<number> => {
      const before = await place()
      await table.call('settle', steps)
      const after = await place()
      return Math.hypot(...after.map((value, axis) => value - (before[axis] ?? 0)))
    }
    await table.call('settle', 300)
    expect(await moved(30)).toBeLessThan(0.001)
    await table.call('turnBone', 'head', 0, 0, 0.3)
    expect(await moved(6)).toBeGreaterThan(0.02)
    await table.call('settle', 300)
    expect(await moved(30)).toBeLessThan(0.001)
    await table.call('turnBone', 'head', 0, 0, 0)
  })
})

describeInBrowser('avatars that people bring', () => {
  let table: Turntable
  beforeAll(async () => {
    table = await openTurntable()
  })
  afterAll(() => table?.[Symbol.asyncDispose]())

  test.each([
    { name: 'VRM 0.x', version: '0', make: () => tinyAvatar({ version: 0 }) },
    { name: 'VRM 1.0', version: '1', make: () => tinyAvatar() },
    { name: 'VRM 1.0 with JPEG', version: '1', make: withJpeg },
    { name: 'big VRM', version: '1', make: () => tinyAvatar({ squares: 120 }) },
  ])('what the inspection accepts, the viewer loads and moves: $name', async ({ version, make }) => {
    table.server.offer('/other.vrm', await make())
    const { metaVersion, names } = await table.call<LoadedAvatar>('load', '/other.vrm')
    expect(metaVersion).toBe(version)
    expect(names).toEqual(expect.arrayContaining([...vowels, 'happy', 'blink']))
    const view: View = { width: 100, height: 100, middle: 1.4, span: 0.6 }
    expect(await table.call<number>('difference', view, {}, { aa: 1 })).toBeGreaterThan(100)
    expect(table.complaints.splice(0).filter((text) => !text.includes('GPU stall'))).toEqual([])
  })

  async function withJpeg(): Promise<Uint8Array> {
    return tinyAvatar({ picture: await readFile('tools/avatar/thumbnail.jpg'), pictureType: 'image/jpeg' })
  }
})
