import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(import.meta.dirname, '../../../.cache/peers/lips')
const installMs = 120_000

/** Installs a package that is only compared with, outside of the project, and returns its folder. */
export async function peerPackage(name: string, version: string): Promise<string> {
  const installed = join(folder, 'node_modules', name)
  if (existsSync(installed)) return installed
  await mkdir(folder, { recursive: true })
  if (!existsSync(join(folder, 'package.json')))
    await writeFile(join(folder, 'package.json'), '{"private":true}')
  await promisify(execFile)(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`],
    {
      cwd: folder,
      timeout: installMs,
    },
  )
  return installed
}
