import { execFile } from 'node:child_process'
import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresUnavailableError } from './errors.ts'

/** PostgreSQL refuses to run as root, so under root it gets a user of its own. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Of the ids that no distribution hands out (systemd, UIDS-GIDS.md: 60578 to 61183), so no other program has it. */
const ownAccount: Account = { uid: 60_870, gid: 60_870 }

/** The user to run a cluster as: who owns it, else our own; undefined when this process is not root. */
export async function accountFor(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(cluster).catch(() => undefined)
  return owner === undefined || owner.uid === 0 ? ownAccount : { uid: owner.uid, gid: owner.gid }
}

/** initdb wants a user with a name. @throws EmbeddedPostgresUnavailableError */
export async function namedAccount(): Promise<Account> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? []
  if (uid === undefined || gid === undefined)
    throw new EmbeddedPostgresUnavailableError('as root it needs a user named nobody, and there is none')
  return { uid: Number(uid), gid: Number(gid) }
}

export async function giveAll(path: string, { uid, gid }: Account): Promise<void> {
  await lchown(path, uid, gid)
  const entries = await readdir(path, { recursive: true })
  await Promise.all(entries.map((entry) => lchown(join(path, entry), uid, gid)))
}

/** What stands before a command, and how to spawn it, so that it runs as that user. */
export interface Launch {
  readonly prefix: readonly string[]
  readonly account: Account | undefined
}

const run = promisify(execFile)

/**
 * Linux's setpriv starts a program as another user, with the right to pass folders that are closed to that user (a checkout
 * in /root) but only where that is needed, and has the kernel stop it when this process dies. Without setpriv, a program
 * whose parent was killed is found at the next start instead.
 */
export async function prepareLaunch(
  account: Account | undefined,
  needed: readonly (string | undefined)[],
): Promise<Launch> {
  const paths = needed.filter((path) => path !== undefined)
  const hasSetpriv = await run('setpriv', ['--pdeathsig', 'INT', '--', 'true']).then(
    () => true,
    () => false,
  )
  const isClosed = account !== undefined && (await isAnyClosedTo(account, paths))
  if (!hasSetpriv && isClosed)
    throw new EmbeddedPostgresUnavailableError(
      `as root it runs under another user, who cannot get to ${paths.join(' or ')}; install setpriv (util-linux) or start as an ordinary user`,
    )
  if (!hasSetpriv) return { prefix: [], account }
  const capability = isClosed ? await passingCapability() : undefined
  const prefix = ['setpriv', '--pdeathsig', 'INT', ...(account ? becomeUser(account, capability) : []), '--']
  // setpriv itself needs root to change the user.
  return { prefix, account: undefined }
}

function becomeUser({ uid, gid }: Account, capability: string | undefined): string[] {
  const only = capability === undefined ? '-all' : `-all,+${capability}`
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ]
}

/** The least right that passes closed folders, of those this process has: containers often hold back the first. */
async function passingCapability(): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8')
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  // Bit numbers as in capabilities(7).
  if (held & (1n << 2n)) return 'dac_read_search'
  if (held & (1n << 1n)) return 'dac_override'
  throw new EmbeddedPostgresUnavailableError(
    'its folder is closed to other users, and this root may not pass closed folders; start as an ordinary user',
  )
}

async function isAnyClosedTo(account: Account, paths: readonly string[]): Promise<boolean> {
  const folders = new Set(paths.flatMap(pathToRoot))
  const closed = await Promise.all([...folders].map((folder) => isClosedTo(account, folder)))
  return closed.includes(true)
}

function pathToRoot(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...pathToRoot(parent)]
}

async function isClosedTo({ uid, gid }: Account, folder: string): Promise<boolean> {
  const { mode, uid: ownerUid, gid: ownerGid } = await stat(folder)
  const passBit = ownerUid === uid ? 0o100 : ownerGid === gid ? 0o010 : 0o001
  return (mode & passBit) === 0
}
