import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('says in one sentence that the port is taken, stops what had started, and ends with code 1', {
  timeout: 60_000,
}, async () => {
  await using taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const home = await mkdtemp(join(tmpdir(), 'companions-start-'))
  try {
    const { code, stdout, stderr } = await start({ PORT: String(port), DATA_DIR: home })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(`^The web pages cannot be served at 127.0.0.1, port ${port}.+PORT.+\n$`),
    )
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})

function start(env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>()
  const options = { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, timeout: 40_000 }
  const args = ['--disable-warning=ExperimentalWarning', 'bin/companions.mjs']
  const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  )
  return promise
}
