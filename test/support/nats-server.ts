import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { eventually } from './eventually.ts'

/** Debian's nats-server, the oldest one we promise to work with. Throws when the machine has none. */
export function findNatsServer(): string {
  const found = process.env.NATS_SERVER_BIN ?? onPath('nats-server')
  if (!found) throw new Error('no nats-server on this machine: apt-get install nats-server')
  return found
}

/** The current nats-server, if `scripts/provision-nats.mjs` has put it there. */
export function findCurrentNatsServer(): string | undefined {
  const file = process.env.NATS_SERVER_CURRENT_BIN ?? resolve('.cache/bin/nats-server-current')
  return isExecutable(file) ? file : undefined
}

/** A real broker with a store and a port of its own that can be killed and started again. */
export class NatsServer implements AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly #program: string
  readonly #folder: string
  #process: ChildProcess | undefined

  static async start(program = findNatsServer()): Promise<NatsServer> {
    const server = await NatsServer.prepare(program)
    await server.start()
    return server
  }

  /** Has a port and a folder, but does not run yet. */
  static async prepare(program = findNatsServer()): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'nats-store-'))
    return new NatsServer(program, folder, await freePort())
  }

  constructor(program: string, folder: string, port: number) {
    this.#program = program
    this.#folder = folder
    this.port = port
    this.url = `nats://127.0.0.1:${port}`
  }

  /** Process id of the running server. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts it, or starts it again on the same port with the same store. */
  async start(): Promise<void> {
    const args = [
      '--addr',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--jetstream',
      '--store_dir',
      this.#folder,
    ]
    this.#process = spawn(this.#program, args, { stdio: 'ignore' })
    await eventually(() => this.#answers(), { withinMs: 20_000 })
  }

  /** As a power cut takes it: no goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Throws away all streams, as when a volume is lost. Only while it is stopped. */
  async loseData(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.loseData()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** A broker greets with `INFO` before it is asked anything. */
  async #answers(): Promise<boolean> {
    if (this.#process?.exitCode !== null)
      throw new Error(`${this.#program} ended with ${this.#process?.exitCode}`)
    const socket = connect(this.port, '127.0.0.1')
    try {
      const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(1_000) })
      return String(greeting).startsWith('INFO')
    } finally {
      socket.destroy()
    }
  }
}

/**
 * A free port for servers that cannot say which one they took. Below the range from which the kernel takes the ports of
 * outgoing connections: none of them may sit on it while a server is being restarted.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port found')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}

function onPath(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']
  return folders.map((folder) => join(folder, program)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
