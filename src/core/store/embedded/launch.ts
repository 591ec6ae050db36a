import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import { EmbeddedPostgresUnavailableError } from './errors.ts'

/** What stands before a command, and how to spawn it, so that it runs as that user. */
export interface Launch {
  readonly prefix: readonly string[]
  readonly account: Account | undefined
}

const run = promisify(execFile)

/**
 * Linux's setpriv starts a program as another user, with the right to get through what is closed to that user (a checkout
 * in /root) but only where that is needed, and has the kernel stop it when this process dies. Without setpriv, a program
 * whose parent was killed is found at the next start instead.
 */
export async function prepareLaunch(
  account: Account | undefined,
  program: string,
  usedFolders: readonly (string | undefined)[],
): Promise<Launch> {
  const hasSetpriv = await run('setpriv', ['--pdeathsig', 'INT', '--', 'true']).then(
    () => true,
    () => false,
  )
  const folders = [dirname(program), ...usedFolders.filter((folder) => folder !== undefined)]
  const obstacle = account && (await findObstacle(account, program, folders))
  if (!hasSetpriv) {
    if (obstacle) throw closedTo(`install setpriv (util-linux), or start as an ordinary user`)
    return { prefix: [], account }
  }
  const capability = obstacle && (await capabilityAgainst(obstacle))
  const options = [...(account ? becomeUser(account) : []), ...(capability ? keepOnly(capability) : [])]
  // setpriv itself needs root to change the user.
  return { prefix: ['setpriv', '--pdeathsig', 'INT', ...options, '--'], account: undefined }
}

function closedTo(remedy: string): EmbeddedPostgresUnavailableError {
  return new EmbeddedPostgresUnavailableError(
    `as root it runs under another user, and that one may not use its folders; ${remedy}`,
  )
}

function becomeUser({ uid, gid }: Account): string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
}

function keepOnly(capability: string): string[] {
  return [
    ...['inh', 'ambient'].map((set) => `--${set}-caps=-all,+${capability}`),
    `--bounding-set=-all,+${capability}`,
    // Or access(2), with which PostgreSQL looks for its own programs, would not count the right.
    '--securebits=+noroot,+no_setuid_fixup',
  ]
}

type Obstacle = 'closed folder' | 'closed program'

async function findObstacle(
  account: Account,
  program: string,
  folders: readonly string[],
): Promise<Obstacle | undefined> {
  // Installed under a umask like 077.
  if (await isClosedTo(account, program)) return 'closed program'
  const all = new Set(folders.flatMap(pathToRoot))
  const closed = await Promise.all([...all].map((folder) => isClosedTo(account, folder)))
  return closed.includes(true) ? 'closed folder' : undefined
}

/** The least right that helps, of those this process has: containers often hold the first one back. */
async function capabilityAgainst(obstacle: Obstacle): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8')
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  // Bit numbers as in capabilities(7).
  if (obstacle === 'closed folder' && held & (1n << 2n)) return 'dac_read_search'
  if (held & (1n << 1n)) return 'dac_override'
  throw closedTo('start as an ordinary user')
}

function pathToRoot(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...pathToRoot(parent)]
}

async function isClosedTo({ uid, gid }: Account, path: string): Promise<boolean> {
  const { mode, uid: ownerUid, gid: ownerGid } = await stat(path)
  const passBit = ownerUid === uid ? 0o100 : ownerGid === gid ? 0o010 : 0o001
  return (mode & passBit) === 0
}
