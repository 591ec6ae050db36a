import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const drainMs = 5_000

/** Shorter than Node's defaults, which let a client hold a connection for minutes without saying anything. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16_384,
}
const maxConnections = 5_000

/** Another program listens there already, or this account may not. */
export class PortUnavailableError extends Error {
  override readonly name = 'PortUnavailableError'
  readonly host: string
  readonly port: number
  constructor(host: string, port: number, options: ErrorOptions) {
    super(
      `The web pages cannot be served at ${host}, port ${port}: it is in use or not allowed. Set PORT to another one.`,
      options,
    )
    this.host = host
    this.port = port
  }
}

export interface HttpServer extends AsyncDisposable {
  readonly server: Server
  readonly port: number
  /** Takes no new connections; those that are open stay. */
  stopAccepting(): void
}

/** Listens. Disposing lets requests under way finish for a few seconds. @throws PortUnavailableError */
export async function openHttpServer(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(limits, listener)
  server.maxConnections = maxConnections
  await listen(server, host, port)
  let closed: Promise<void> | undefined
  const stop = () => {
    closed ??= new Promise((resolve) => server.close(() => resolve()))
    return closed
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stopAccepting: () => void stop(),
    async [Symbol.asyncDispose]() {
      const ended = stop()
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), drainMs)
      await ended
      clearTimeout(cut)
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause) => reject(new PortUnavailableError(host, port, { cause })))
  server.listen({ host, port }, resolve)
  await promise
}
