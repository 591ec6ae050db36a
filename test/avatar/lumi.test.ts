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

const moreThan = (limit: number): unknown => expect.toSatisfy((count: number) => count > limit)

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

  /** How much of a view each face differs from the first, in pixels. */
  async function changes(view: View, before: object, faces: readonly object[]): Promise<number[]> {
    const [first = []] = await table.call<number[][]>('compare', view, [before, ...faces])
    return first.slice(1)
  }
  const each = (names: readonly string[]) => names.map((name) => ({ [name]: 1 }))

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
    const apart = await table.call<number[][]>('compare', mouth, [{}, ...each(vowels)])
    apart.forEach((row, one) => {
      const others = row.filter((_, other) => other !== one)
      expect(Math.min(...others), ['closed', ...vowels][one]).toBeGreaterThan(150)
    })
  })

  test('still speaks while it shows an emotion', async () => {
    for (const emotion of emotions)
      expect(await changes(mouth, { [emotion]: 1 }, [{ [emotion]: 1, aa: 1 }]), emotion).toEqual([
        moreThan(150),
      ])
  })

  test('changes its face for each emotion, blink and look', async () => {
    const names = [...emotions, ...blinks, ...looks]
    expect(await changes(face, {}, each(names))).toEqual(names.map(() => moreThan(60)))
  })

  test('follows with its eyes what it looks at', async () => {
    const aside = [
      [1.5, 0],
      [-1.5, 0],
      [0, 1.2],
      [0, -1.2],
    ].map((look) => ({ look }))
    expect(await changes(face, { look: [0, 0] }, aside)).toEqual(aside.map(() => moreThan(60)))
  })

  test('does not blink while happy, whose eyes are closed already', async () => {
    expect(await changes(face, { happy: 1 }, [{ happy: 1, blink: 1 }])).toEqual([0])
  })

  test('lets the lantern glow and fade', async () => {
    const light: View = { width: 120, height: 120, middle: 0.87, aside: 0.31, span: 0.3 }
    expect(await changes(light, {}, each(lantern))).toEqual(lantern.map(() => moreThan(800)))
  })

  test('keeps its faces when a viewer tidies it up', async () => {
    await table.call('load', '/lumi.vrm', true)
    await table.call('stand')
    await table.call('settle')
    const names = [...vowels, ...emotions, ...blinks]
    expect(await changes(face, {}, each(names))).toEqual(names.map(() => moreThan(60)))
    await table.call('load', '/lumi.vrm')
    await table.call('stand')
    await table.call('settle')
  })

  test('waves, in a motion that any VRM can make', async () => {
    const hand = () => table.call<number[]>('whereIs', 'Normalized_rightHand')
    expect(await table.call('move', '/wave.vrma', 0)).toEqual({ tracks: 6, seconds: expect.closeTo(2.4, 3) })
    const [, low = 0] = await hand()
    await table.call('move', '/wave.vrma', 0.75)
    const [, high = 0] = await hand()
    expect(high - low).toBeGreaterThan(0.15)
    await table.call('stand')
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
    expect(await table.call('compare', view, [{}, { aa: 1 }])).toMatchObject([[0, moreThan(100)], {}])
    expect(table.complaints.splice(0).filter((text) => !text.includes('GPU stall'))).toEqual([])
  })

  async function withJpeg(): Promise<Uint8Array> {
    return tinyAvatar({ picture: await readFile('tools/avatar/thumbnail.jpg'), pictureType: 'image/jpeg' })
  }
})
