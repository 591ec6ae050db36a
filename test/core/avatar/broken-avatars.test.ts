import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AvatarRefusedError } from '#core/avatar/errors.ts'
import { inspectVrm } from '#core/avatar/inspect-vrm.ts'
import { type BrokenAvatar, put } from './breaking.ts'
import { brokenContainers } from './broken-containers.ts'
import { brokenStructures } from './broken-structures.ts'
import { brokenVrm } from './broken-vrm.ts'
import { encodeDocument, tinyAvatar, tinyDocument } from './tiny-avatar.ts'

const brokenAvatars = [...brokenContainers, ...brokenStructures, ...brokenVrm]

it.each(brokenAvatars)('refuses $name and says why', ({ fault, says, make }: BrokenAvatar) => {
  const file = make()
  const refusal = refusalOf(file)
  expect(refusal).toMatchObject({ name: 'AvatarRefusedError', fault })
  expect(refusal?.message).toContain(says)
  // What happened, and what to do about it.
  expect(refusal?.message).toMatch(/^[A-Z].*\. .*\.$/s)
})

it('is not kept busy by any of them', { timeout: 15_000, retry: 0 }, () => {
  for (const { make } of brokenAvatars) refusalOf(make())
})

it('throws nothing but its refusal, whichever bytes of a file are changed', () => {
  const whole = tinyAvatar()
  const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(whole.length), (changes, end) => {
      const file = Uint8Array.from(whole)
      for (const { at, to } of changes) file[at] = to
      expect(() => refusalOf(file)).not.toThrow()
      expect(() => refusalOf(file.subarray(0, end))).not.toThrow()
    }),
    { numRuns: 400 },
  )
})

it.each([0, 1] as const)(
  'throws nothing but its refusal, whatever stands in a description of VRM %i',
  (version) => {
    const { json, binary } = tinyDocument({ version })
    const bytes = binary.toBytes()
    const places = placesIn(json)
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.constant('__proto__'),
    )
    fc.assert(
      fc.property(fc.nat(places.length - 1), values, (index, value) => {
        const document = structuredClone(json)
        put(document, (places[index] ?? []).join('.'), value)
        expect(() => refusalOf(encodeDocument(document, bytes))).not.toThrow()
      }),
      { numRuns: 600 },
    )
  },
)

/** Rethrows what is not a refusal. */
function refusalOf(file: Uint8Array): AvatarRefusedError | undefined {
  try {
    inspectVrm(file)
    return undefined
  } catch (error) {
    if (error instanceof AvatarRefusedError) return error
    throw error
  }
}

type Place = readonly string[]

function placesIn(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))].filter(
    (place) => place.length > 0,
  )
}
