export interface NatsAddress {
  readonly servers: string[]
  readonly user?: string
  readonly pass?: string
  readonly token?: string
}

/**
 * Reads `NATS_URL`: one or more servers with commas between them. `nats://user:password@host` and `nats://token@host`
 * carry credentials, as with the other NATS clients; the library itself would take them for a part of the host.
 */
export function readNatsAddress(url: string): NatsAddress {
  const parts = url.split(',').map((part) => part.trim())
  const servers = parts.map((part) => part.replace(/^(\w+:\/\/)?[^@/]*@/, '$1'))
  const [, user, pass] = /^(?:\w+:\/\/)?([^@/:]*)(?::([^@/]*))?@/.exec(parts[0] ?? '') ?? []
  if (!user) return { servers }
  if (pass === undefined) return { servers, token: decodeURIComponent(user) }
  return { servers, user: decodeURIComponent(user), pass: decodeURIComponent(pass) }
}
