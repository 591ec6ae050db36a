import { describe, expect, test } from 'vitest'
import { measureTransfer } from '#test/bench/overlay/transfer.ts'
import { loadStageModules } from '#web/assets/stage-modules.ts'

const importedName = /(?:\b(?:import|export)[\s\w{},*$]*?\bfrom|\bimport)\s*\(?\s*(["'])([^"'\n]+)\1/g

const { files } = loadStageModules()
const served = [...files].map(([path, make]) => ({ path, source: make('/base/') }))

describe('the modules of the overlay', () => {
  test('import nothing by name, so that browsers need no map', () => {
    for (const { path, source } of served) {
      const names = [...source.matchAll(importedName)].map(([, , name]) => name)
      for (const name of names) expect(name, path).toMatch(/^(\.{1,2}\/|\/base\/)/)
    }
  })

  test('import only what is served', () => {
    const paths = new Set(served.map(({ path }) => `/base/${path}`))
    for (const { path, source } of served) {
      for (const [, , name = ''] of source.matchAll(importedName))
        expect(paths.has(new URL(name, `http://x/base/${path}`).pathname), `${name} in ${path}`).toBe(true)
    }
  })

  test('use nothing that Chrome 127 lacks, which is what OBS embeds', () => {
    const newer =
      /\bPromise\.try\b|\bfromBase64\b|\btoBase64\b|\bRegExp\.escape\b|\b(await )?using [a-z]\w* =|Symbol\.(async)?[dD]ispose|\.setHTML\b|\bIterator\.|\bMath\.(f16round|sumPrecise)\b|\bError\.isError\b|\bIntl\.DurationFormat\b|with \{ type:/
    for (const { path, source } of served) {
      if (!path.startsWith('vendor/')) expect(source.match(newer)?.[0], path).toBeUndefined()
    }
  })

  test('are at most 235 kB of brotli, all together', async () => {
    const { javascript, avatar } = await measureTransfer()
    expect(javascript).toBeLessThanOrEqual(235_000)
    expect(javascript).toBeGreaterThan(150_000)
    expect(avatar).toBeLessThanOrEqual(1_000_000)
  })
})
