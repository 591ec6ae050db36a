import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { inspectVrm } from '#core/avatar/inspect-vrm.ts'
import { put } from './breaking.ts'
import { encodeDocument, tinyAvatar, tinyDocument } from './tiny-avatar.ts'

const lumi = await readFile('assets/avatar/lumi.vrm')
const jpeg = await readFile('tools/avatar/thumbnail.jpg')

it('reports our own avatar without a warning', () => {
  const report = inspectVrm(lumi)
  expect(report).toMatchObject({ specVersion: '1.0', name: 'Lumi', warnings: [] })
  expect(report.expressions.presets).toEqual(
    expect.arrayContaining([
      'aa',
      'ih',
      'ou',
      'ee',
      'oh',
      'blink',
      'happy',
      'angry',
      'sad',
      'relaxed',
      'surprised',
    ]),
  )
  expect(report.licence.sentences).toContain('Made by Companions contributors.')
  expect(report.licence.sentences).toContain('Everyone may use it.')
  expect(report.counts.triangles).toBeLessThanOrEqual(30_000)
  expect(report.counts.fileBytes).toBeLessThanOrEqual(1_048_576)
})

it('reports an avatar that stands in a larger piece of memory', () => {
  const memory = new Uint8Array(lumi.length + 37)
  memory.set(lumi, 37)
  expect(inspectVrm(memory.subarray(37)).name).toBe('Lumi')
})

it('reads VRM 0.x, and names its expressions as VRM 1.0 does', () => {
  const report = inspectVrm(tinyAvatar({ version: 0 }))
  expect(report).toMatchObject({
    specVersion: '0.x',
    name: 'Old Tiny',
    warnings: ['It cannot look surprised.'],
  })
  expect(report.expressions.presets).toEqual([
    'aa',
    'ih',
    'ou',
    'ee',
    'oh',
    'blink',
    'happy',
    'angry',
    'sad',
    'relaxed',
  ])
  expect(report.licence).toMatchObject({ name: 'CC BY' })
  expect(report.licence.sentences).toContain('It may be used commercially.')
  expect(report.licence.sentences).toContain('Not for violent scenes or sexual scenes.')
  // The head swings, and nothing hangs below it.
  expect(report.counts.springJoints).toBe(1)
})

it('takes the strictest meaning where a licence is silent', () => {
  const { sentences } = inspectVrm(tinyAvatar()).licence
  expect(sentences).toContain('Only its author may use it.')
  expect(sentences).toContain('No commercial use; monetised streams are not covered.')
  expect(sentences).toContain('The file must not be passed on.')
  expect(sentences).toContain('Not for violent scenes, sexual scenes, politics or religion or hatred.')
})

it('says what an avatar without expressions cannot do', () => {
  expect(inspectVrm(tinyAvatar({ hasExpressions: false })).warnings).toEqual([
    'It has no mouth shapes, so its mouth will not move when it speaks.',
    'It has no emotions, so its face stays as it is.',
    'It cannot blink.',
  ])
})

it('measures JPEG textures', () => {
  const { textures } = inspectVrm(tinyAvatar({ picture: jpeg, pictureType: 'image/jpeg' })).counts
  expect(textures).toEqual({ count: 1, largestPixels: 256, decodedBytes: 256 * 256 * 4, formats: ['JPEG'] })
})

it('accepts a big avatar with a word about what it costs', () => {
  const report = inspectVrm(tinyAvatar({ squares: 300 }))
  expect(report.counts.triangles).toBe(180_000)
  expect(report.warnings).toEqual(['It has many triangles (180,000): weak graphics cards will drop frames.'])
})

it('keeps what strangers wrote to one short line', () => {
  const { json, binary } = tinyDocument({})
  const meta = 'extensions.VRMC_vrm.meta'
  put(json, `${meta}.name`, `<b>Evil</b>\n\u202e${'x'.repeat(500)}`)
  put(json, `${meta}.authors`, ['A\u0000B', 'C'])
  put(json, `${meta}.otherLicenseUrl`, 'javascript:alert(1)')
  const { name, licence } = inspectVrm(encodeDocument(json, binary.toBytes()))
  expect(name).toMatch(/^<b>Evil<\/b> x+…$/)
  expect(name).toHaveLength(100)
  expect(licence.sentences[0]).toBe('Made by A B and C.')
  expect(licence.url).toBe('https://vrm.dev/licenses/1.0/')
})
