import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const permissive =
  /^(0BSD|Apache-2\.0|BSD-[234]-Clause|BSD-0-Clause|BlueOak-1\.0\.0|CC0-1\.0|ISC|MIT|MIT-0|Python-2\.0|PSF-2\.0|Unlicense|Zlib)$/

/** Used unmodified and not linked into anything of ours; the README says why each is worth it. */
const exceptions = new Map([
  ['lightningcss', 'MPL-2.0'],
  ['axe-core', 'MPL-2.0'],
])

interface LockedPackage {
  readonly license?: string
  readonly resolved?: string
  readonly optionalDependencies?: Record<string, string>
}

const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(
  await readFile('package-lock.json', 'utf8'),
)

it('depends on permissively licensed packages only, and names no registry', () => {
  const refused = Object.entries(packages)
    .filter(([path]) => path !== '')
    .filter(([path, { license }]) => !isAllowed(path, license ?? 'not stated'))
    .map(([path, { license }]) => `${path}: ${license ?? 'not stated'}`)
  expect(refused).toEqual([])
  expect(Object.values(packages).filter((entry) => entry.resolved !== undefined)).toEqual([])
})

it('locks the packages of every platform, without which npm ci refuses the lockfile', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  )
  expect(missing).toEqual([])
})

function isAllowed(path: string, license: string): boolean {
  const name = path.split('node_modules/').at(-1) ?? path
  const exception = exceptions.get(name) ?? (name.startsWith('lightningcss-') ? 'MPL-2.0' : undefined)
  if (exception === license) return true
  const alternatives = license.replaceAll(/[()]/g, '').split(' OR ')
  return alternatives.some((alternative) => alternative.split(' AND ').every((part) => permissive.test(part)))
}
