import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ProjectCopy extends AsyncDisposable {
  readonly folder: string
}

const copied = ['bin', 'src', 'drizzle', 'scripts', 'package.json']

/** What a fresh clone holds after `npm ci`, without anything that earlier starts left behind. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'companions-start-'))
  for (const name of copied) await cp(name, join(folder, name), { recursive: true })
  await addScript(join(folder, 'package.json'), 'nothing', 'node --eval 0')
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** What `npm start` costs when there is nothing to start. */
async function addScript(file: string, name: string, command: string): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8'))
  manifest.scripts[name] = command
  await writeFile(file, JSON.stringify(manifest))
}
