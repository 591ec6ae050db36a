import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Logger } from '#core/telemetry/logger.ts'
import { EmbeddedPostgresStartError } from './errors.ts'
import { type PostgresFolder, readPid } from './folder.ts'
import { stopInSteps } from './stop.ts'

/**
 * Stops a PostgreSQL that a killed companion left running on our folder. Call with the folder claimed: whoever started
 * it is then known to be gone.
 */
export async function dismissOrphan({ cluster, dataDir }: PostgresFolder, logger: Logger): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = readPid(pidFile)
  // Windows cannot be asked; there PostgreSQL itself refuses a folder that is in use.
  if (pid === undefined || !isAlive(pid) || process.platform === 'win32') return
  if (!(await serves(pid, cluster))) {
    // The id went to another program meanwhile, and PostgreSQL would take that for itself and refuse to start.
    await rm(pidFile, { force: true })
    return
  }
  logger.warn('stopping the PostgreSQL that a killed companion left behind', { pid })
  if (await stop(pid, cluster)) return
  throw new EmbeddedPostgresStartError(dataDir, `the PostgreSQL left behind as process ${pid} does not stop`)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** PostgreSQL's command line names its folder. */
async function serves(pid: number, cluster: string): Promise<boolean> {
  const commandLine = await readCommandLine(pid)
  return commandLine.includes('postgres') && commandLine.includes(cluster)
}

const run = promisify(execFile)

async function readCommandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8')
    return (await run('ps', ['-ww', '-o', 'command=', '-p', `${pid}`])).stdout
  } catch {
    return ''
  }
}

function stop(pid: number, cluster: string): Promise<boolean> {
  const kill = (signal: NodeJS.Signals) => isAlive(pid) && process.kill(pid, signal)
  return stopInSteps(kill, async (patienceMs) => {
    const deadline = performance.now() + patienceMs
    while ((await serves(pid, cluster)) && performance.now() < deadline) await sleep(20)
    return !(await serves(pid, cluster))
  })
}
