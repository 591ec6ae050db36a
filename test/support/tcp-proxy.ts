import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the line does to the bytes. All of it can be changed while connections are open. */
export interface LineFaults {
  /** Added to every piece, with up to `jitterMs` more; the order is kept. */
  readonly latencyMs?: number
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
  /** Pieces of random size within these bounds, each written on its own. */
  readonly sliceBytes?: readonly [min: number, max: number]
  /** Nothing passes in this direction, but the connection stays: `both` is a blackhole, one way is half-open. */
  readonly stalled?: 'up' | 'down' | 'both'
  /** After so many more bytes to the client, the connection is cut: politely, or with a reset. */
  readonly cutAfterBytes?: number
  readonly resetAfterBytes?: number
  /** The other side learns of an end only after this long. */
  readonly closeDelayMs?: number
}

type Direction = 'up' | 'down'

/** So much is read ahead of what may pass; then the sender feels it. */
const readAheadBytes = 262_144

/** A TCP line to a server on this machine that can be made as bad as lines get. `up` is towards the server. */
export class TcpProxy implements AsyncDisposable {
  port = 0
  faults: LineFaults = {}
  /** When false, connections are refused at once, and counted. */
  isAccepting = true
  refused = 0
  readonly #server: Server
  readonly #targetPort: number
  readonly #links = new Set<Link>()
  readonly #changes = new Set<() => void>()

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    const address = proxy.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    proxy.port = address.port
    return proxy
  }

  constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
  }

  get openConnections(): number {
    return this.#links.size
  }

  /** Replaces all faults; `{}` heals the line, and what was held back passes. */
  set(faults: LineFaults): void {
    this.faults = faults
    for (const link of this.#links) link.passed = 0
    for (const change of this.#changes) change()
    this.#changes.clear()
  }

  /** Every open connection ends at once with a reset. */
  reset(): void {
    for (const link of this.#links) link.reset()
  }

  async changed(): Promise<void> {
    await new Promise<void>((resolve) => this.#changes.add(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.set({})
    this.reset()
    await Promise.all([...this.#links].map((link) => link.closed))
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    if (!this.isAccepting) {
      this.refused++
      client.resetAndDestroy()
      return
    }
    const upstream = connect({ port: this.#targetPort, host: '127.0.0.1', allowHalfOpen: true })
    this.#links.add(new Link(this, client, upstream, (link) => this.#links.delete(link)))
  }
}

class Link {
  /** Bytes to the client since the faults were set. */
  passed = 0
  readonly closed: Promise<unknown>
  readonly #proxy: TcpProxy
  readonly #client: Socket
  readonly #upstream: Socket

  constructor(proxy: TcpProxy, client: Socket, upstream: Socket, onClosed: (link: Link) => void) {
    this.#proxy = proxy
    this.#client = client
    this.#upstream = upstream
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => this.destroy())
    const directions = [this.#carry('up', client, upstream), this.#carry('down', upstream, client)]
    this.closed = Promise.all(directions).then(() => onClosed(this))
  }

  reset(): void {
    this.#client.resetAndDestroy()
    this.#upstream.resetAndDestroy()
  }

  destroy(): void {
    this.#client.destroy()
    this.#upstream.destroy()
  }

  async #carry(direction: Direction, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const { piece, arrivedAt } of pieces(from, () => this.#proxy.faults)) {
        await this.#delay(direction, arrivedAt, piece.length)
        if (to.destroyed) return
        if (direction === 'down' && this.#cutsWithin(piece)) return
        if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')])
      }
      await sleep(this.#proxy.faults.closeDelayMs ?? 0)
      to.end()
    } catch {
      this.destroy()
    }
  }

  async #delay(direction: Direction, arrivedAt: number, bytes: number): Promise<void> {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond } = this.#proxy.faults
    const due = arrivedAt + latencyMs + Math.random() * jitterMs
    const transferMs = bytesPerSecond === undefined ? 0 : (1_000 * bytes) / bytesPerSecond
    const waitMs = Math.max(0, due - performance.now()) + transferMs
    if (waitMs > 0) await sleep(waitMs)
    while (this.#isStalled(direction)) await this.#proxy.changed()
  }

  #isStalled(direction: Direction): boolean {
    const { stalled } = this.#proxy.faults
    return stalled === 'both' || stalled === direction
  }

  /** Lets the bytes before the cut pass. */
  #cutsWithin(piece: Buffer): boolean {
    const { cutAfterBytes, resetAfterBytes } = this.#proxy.faults
    const limit = cutAfterBytes ?? resetAfterBytes
    const before = this.passed
    this.passed += piece.length
    if (limit === undefined || this.passed < limit) return false
    this.#client.write(piece.subarray(0, Math.max(0, limit - before)), () => {
      if (resetAfterBytes === undefined) this.destroy()
      else this.reset()
    })
    return true
  }
}

/** What arrives, stamped and sliced. Reading goes on while the pieces wait for their turn, up to a limit. */
async function* pieces(
  socket: Socket,
  faults: () => LineFaults,
): AsyncGenerator<{ piece: Buffer; arrivedAt: number }, void> {
  const waiting: { chunk: Buffer; arrivedAt: number }[] = []
  let waitingBytes = 0
  let isOver = false
  let wake = () => {}
  const arrive = (chunk: Buffer) => {
    waiting.push({ chunk, arrivedAt: performance.now() })
    waitingBytes += chunk.length
    if (waitingBytes > readAheadBytes) socket.pause()
    wake()
  }
  const end = () => {
    isOver = true
    wake()
  }
  socket.on('data', arrive).once('end', end).once('close', end)
  for (;;) {
    const next = waiting.shift()
    if (next === undefined) {
      if (isOver) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    yield* slices(next.chunk, faults().sliceBytes).map((piece) => ({ piece, arrivedAt: next.arrivedAt }))
    waitingBytes -= next.chunk.length
    if (waitingBytes <= readAheadBytes) socket.resume()
  }
}

function slices(chunk: Buffer, bounds: LineFaults['sliceBytes']): Buffer[] {
  if (!bounds) return [chunk]
  const [min, max] = bounds
  const parts: Buffer[] = []
  for (let start = 0; start < chunk.length; ) {
    const length = min + Math.floor(Math.random() * (max - min + 1))
    parts.push(chunk.subarray(start, start + length))
    start += length
  }
  return parts
}
