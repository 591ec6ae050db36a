import { statSync } from 'node:fs'
import { flushCompileCache, getCompileCacheDir } from 'node:module'
import type { Role } from './roles.ts'

/** Tells the process that replaces a cold one that it need not look again. */
const mark = '--warm'

/**
 * A process that strips types itself holds the stripper, some 20 MiB, for as long as it runs. So the first start of a
 * new version writes what Node has compiled to its cache before anything runs, and is replaced by itself, with the same
 * id, which reads it there. A process that is killed later leaves the cache warm, too.
 */
export async function startWarm(role: Role): Promise<void> {
  const folder = getCompileCacheDir()
  if (folder === undefined || process.execve === undefined || process.argv.includes(mark)) return
  const before = lastChange(folder)
  await importModulesOf(role)
  flushCompileCache()
  if (lastChange(folder) === before) return
  if (role === 'bot') await loadDiscordActions()
  flushCompileCache()
  const { execPath, execArgv, argv, env } = process
  process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1), mark], env)
}

/** What the role imports on its way up. */
async function importModulesOf(role: Role): Promise<void> {
  await Promise.all([
    import('./run-role.ts'),
    import('#core/bus/jetstream.ts'),
    role === 'web' && import('#web/start-web.ts'),
    role === 'bot' && import('#bot/discord/bot.ts'),
  ])
}

/** 60 modules of discord.js are loaded only when a client is made. */
async function loadDiscordActions(): Promise<void> {
  const { Client } = await import('discord.js')
  new Client({ intents: [] })
}

/** Each entry is put into the folder by renaming, which the folder's own time tells. */
function lastChange(folder: string): number {
  return statSync(folder).mtimeMs
}
