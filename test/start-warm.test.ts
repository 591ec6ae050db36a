import { mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { spawnNode } from '#test/support/spawned-process.ts'

const unreachable = '127.0.0.1:9'

it('leaves what it compiled to the next process before it runs, and still says once what keeps it from running', {
  timeout: 90_000,
}, async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'companions-warm-'))
  const compiled = join(home.path, 'compiled')
  const lines: string[] = []
  const worker = spawnNode('bin/companions.mjs', ['worker'], {
    env: {
      NODE_COMPILE_CACHE: compiled,
      DATA_DIR: join(home.path, 'data'),
      DATABASE_URL: `postgres://nobody@${unreachable}/nothing`,
      NATS_URL: `nats://${unreachable}`,
      RAY_SERVE_URL: `http://${unreachable}`,
    },
    onLine: (line) => lines.push(line),
  })
  await using _ = worker
  await worker.waitForLine(/database/i, 80_000)
  await worker.stop('SIGKILL')
  expect(lines.filter((line) => /database/i.test(line))).toHaveLength(1)
  const [version = ''] = await readdir(compiled)
  expect((await readdir(join(compiled, version))).length).toBeGreaterThan(300)
})
