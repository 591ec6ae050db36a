import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
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
