import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execFileAsync = promisify(execFile)
const require = createRequire(import.meta.url)
const entry = fileURLToPath(new URL('css/app.css', import.meta.url))
const webFolder = fileURLToPath(new URL('..', import.meta.url))
const compileTimeoutMs = 60_000

/**
 * A name for the style sheet that changes with whatever it is made from: our CSS, the templates whose classes it
 * serves, and the versions of the compilers.
 */
export async function stylesheetKey(): Promise<string> {
  const files = await readdir(webFolder, { recursive: true })
  const inputs = files.filter((file) => /\.(css|ts)$/.test(file)).sort()
  const hash = createHash('sha256')
  for (const file of inputs) hash.update(file).update(await readFile(join(webFolder, file)))
  // daisyUI exports no package.json; its entry holds the version.
  for (const file of ['tailwindcss/package.json', 'daisyui'])
    hash.update(await readFile(require.resolve(file)))
  return hash.digest('hex').slice(0, 16)
}

/**
 * The compiled style sheet, from `cacheDir` or by running the Tailwind CLI in a process of its own: compiling takes
 * half a second and 110 MB, which this process would keep.
 * @throws when the CLI fails or takes longer than a minute
 */
export async function compileStylesheet(options: {
  readonly key: string
  readonly cacheDir: string
  readonly signal: AbortSignal
}): Promise<string> {
  const { key, cacheDir, signal } = options
  const cached = join(cacheDir, `app-${key}.css`)
  const before = await readFile(cached, 'utf8').catch(() => undefined)
  if (before !== undefined) return before
  const css = await runTailwind(signal)
  // A folder that cannot be written costs the next start half a second, nothing more.
  await keep(cached, css).catch(() => undefined)
  return css
}

async function runTailwind(signal: AbortSignal): Promise<string> {
  const cli = join(dirname(require.resolve('@tailwindcss/cli/package.json')), 'dist/index.mjs')
  const args = [cli, '--input', entry, '--output', '-', '--minify']
  const options = { signal, timeout: compileTimeoutMs, maxBuffer: 4_000_000, cwd: dirname(entry) }
  const { stdout } = await execFileAsync(process.execPath, args, options)
  return stdout
}

async function keep(path: string, css: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const old = (await readdir(folder)).filter((name) => /^app-.*\.css$/.test(name))
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, css)
  await rename(unfinished, path)
}
