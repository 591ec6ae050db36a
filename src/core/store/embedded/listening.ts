import { once } from 'node:events'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'
import type { PostgresFolder } from './folder.ts'

/** Where PostgreSQL listens: on a socket in a folder closed to other users, or where there is none, on loopback. */
export interface Listening extends AsyncDisposable {
  /** The socket's folder, or an address. */
  readonly host: string
  readonly port: number
  /** The settings of PostgreSQL that make it so. */
  readonly settings: Readonly<Record<string, string>>
}

/** Part of the socket's name. */
const socketPort = 5432

/** What fits into `sun_path` on every Unix (macOS has the shortest). */
const maxSocketBytes = 103

export async function chooseListening(
  { sockets }: PostgresFolder,
  account: Account | undefined,
): Promise<Listening> {
  if (process.platform === 'win32') return await onLoopback()
  if (fits(sockets)) {
    await mkdir(sockets, { recursive: true, mode: 0o700 })
    return await onSocket(sockets, account, async () => {})
  }
  const base = [tmpdir(), '/tmp'].find((folder) => fits(join(folder, 'companions-XXXXXX')))
  if (base === undefined) return await onLoopback()
  const folder = await mkdtemp(join(base, 'companions-'))
  return await onSocket(folder, account, () => rm(folder, { recursive: true, force: true }))
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= maxSocketBytes
}

async function onSocket(
  folder: string,
  account: Account | undefined,
  remove: () => Promise<void>,
): Promise<Listening> {
  if (account) await chown(folder, account.uid, account.gid)
  return {
    host: folder,
    port: socketPort,
    settings: {
      listen_addresses: '',
      port: `${socketPort}`,
      // A list: quoted, or a comma in the path would end its first entry.
      unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
    },
    [Symbol.asyncDispose]: remove,
  }
}

async function onLoopback(): Promise<Listening> {
  const host = '127.0.0.1'
  const port = await freePort(host)
  return {
    host,
    port,
    settings: { listen_addresses: host, port: `${port}`, unix_socket_directories: '' },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
