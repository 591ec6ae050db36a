import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SystemUnderTest } from './run-system.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(repository, '.cache/peers/livekit')
const source = fileURLToPath(new URL('peers/', import.meta.url))

/**
 * LiveKit Agents, installed on first use beside the repository's own packages; undefined where it cannot be, with the
 * reason printed.
 */
export async function openLiveKit(): Promise<SystemUnderTest | undefined> {
  try {
    await mkdir(folder, { recursive: true })
    await copyFile(join(source, 'package.json'), join(folder, 'package.json'))
    await copyFile(join(source, 'livekit.mjs'), join(folder, 'livekit.mjs'))
    if (!(await isInstalled())) await install()
    return { name: 'livekit', script: join(folder, 'livekit.mjs'), args: [repository] }
  } catch (error) {
    console.log(`@livekit/agents is absent: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return undefined
  }
}

async function isInstalled(): Promise<boolean> {
  const wanted: { dependencies: Record<string, string> } = JSON.parse(
    await readFile(join(source, 'package.json'), 'utf8'),
  )
  const versions = await Promise.all(
    Object.entries(wanted.dependencies).map(async ([name, version]) => {
      const found = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(
        () => '{}',
      )
      return JSON.parse(found).version === version
    }),
  )
  return versions.every(Boolean)
}

/** Without the GPU libraries that ONNX Runtime would fetch. */
async function install(): Promise<void> {
  console.log('installing @livekit/agents into .cache/peers (once, a minute or two)')
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: folder,
    timeout: 300_000,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  })
}
