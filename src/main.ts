import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type Config, ConfigError, loadConfig, requireSharedServices } from '#core/config.ts'
import { isRole, type Role, roles } from './roles.ts'
import { startWarm } from './start-warm.ts'

/** `companions [all|bot|web|worker]`: reads the settings, runs the role until a signal, drains, exits. */
async function main(argument: string | undefined): Promise<number> {
  const role = argument ?? 'all'
  if (!isRole(role)) return fail(`There is no role ${JSON.stringify(role)}. Use one of: ${roles.join(', ')}.`)
  const config = readConfig(role)
  if (config instanceof ConfigError) return fail(config.message)
  // One process that is everything belongs to a person who waits for its first answer.
  if (role !== 'all') await startWarm(role)
  const { runRole } = await import('./run-role.ts')
  return await runRole(role, config, stopSignal())
}

function readConfig(role: Role): Config | ConfigError {
  const fromFile = readEnvFile('.env')
  try {
    const config = loadConfig({ ...fromFile, ...process.env }, Object.keys(fromFile))
    if (role !== 'all') requireSharedServices(config, role)
    return config
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

/** The environment wins over the file, as with every tool that reads `.env`. */
function readEnvFile(path: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

/** Aborts on the first SIGTERM or SIGINT, so that what runs can drain; the second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1)
      controller.abort(signal)
    })
  }
  return controller.signal
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 1
}

process.exitCode = await main(process.argv[2])
