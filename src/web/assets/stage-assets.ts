import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'
import { chooseEncoding } from './asset.ts'
import { Encodings } from './encodings.ts'
import { loadStageModules } from './stage-modules.ts'

const javascript = 'text/javascript; charset=utf-8'
const immutable = 'public, max-age=31536000, immutable'
const css = ['overlay.css', 'lumi.css'] as const
const avatarName = 'lumi.vrm'
const avatarFile = fileURLToPath(new URL('../../../assets/avatar/lumi.vrm', import.meta.url))

/** What overlays and the avatar of the chat page load. All addresses hold one hash, which is also the overlay's build. */
export interface StageAssets {
  readonly build: string
  /** The address of a module of ours, such as `overlay/main.ts`, or of a style sheet. */
  urlOf(path: string): string
  /** Everything that is JavaScript, for measuring. */
  readonly moduleUrls: readonly string[]
  /** Our own avatar; empty when the installation has none. */
  readonly avatarUrl: string
  /** Undefined for what is not ours. */
  serve(context: Context): Promise<Response | undefined>
  /** Resolves when what was asked for so far is in its smallest form. */
  readonly settled: Promise<void>
}

/** Costs next to nothing until somebody opens an overlay. */
export function openStageAssets(dataDir: string): StageAssets {
  const { key, files: modules } = loadStageModules()
  const others = otherFiles()
  const hash = createHash('sha256').update(key)
  for (const read of others.values()) hash.update(read())
  const build = hash.digest('hex').slice(0, 16)
  const base = `/assets/${build}/`
  const cacheDir = join(dataDir, 'cache', 'br')
  const files = new Map<string, Encodings>()
  for (const [path, make] of modules)
    files.set(`${base}${path}`, new Encodings(() => new TextEncoder().encode(make(base)), cacheDir))
  for (const [path, read] of others) files.set(`${base}${path}`, new Encodings(read, cacheDir))
  return {
    build,
    urlOf: (path) => `${base}${path}`,
    moduleUrls: [...modules.keys()].map((path) => `${base}${path}`),
    avatarUrl: others.has(avatarName) ? `${base}${avatarName}` : '',
    async serve(context) {
      const file = files.get(context.req.path)
      if (file === undefined) return undefined
      const encoding = chooseEncoding(context.req.header('accept-encoding'))
      context.header('content-type', typeOf(context.req.path))
      context.header('cache-control', immutable)
      context.header('vary', 'accept-encoding')
      if (encoding !== 'identity') context.header('content-encoding', encoding)
      return context.body(await file.get(encoding))
    },
    get settled() {
      return Promise.all([...files.values()].map((file) => file.settled)).then(() => undefined)
    },
  }
}

function otherFiles(): Map<string, () => Uint8Array<ArrayBuffer>> {
  const files = new Map<string, () => Uint8Array<ArrayBuffer>>()
  for (const name of css) files.set(name, () => readAll(new URL(`css/${name}`, import.meta.url)))
  if (existsSync(avatarFile)) files.set(avatarName, () => readAll(avatarFile))
  return files
}

function typeOf(path: string): string {
  if (path.endsWith('.css')) return 'text/css; charset=utf-8'
  return path.endsWith('.vrm') ? 'model/gltf-binary' : javascript
}

function readAll(file: string | URL): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(file))
}
