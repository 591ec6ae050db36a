import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { preciseNow } from './now.ts'
import type { UdpAddress } from './session.ts'

const discoveryBytes = 74
const keepAliveBytes = 8

export interface MediaEvents {
  /** A bot asks from where its packets come; returns whether its SSRC is known. */
  discovered(ssrc: number, from: UdpAddress): boolean
  /** `at`: when it came, before anything was done with the packets that came with it. */
  packet(packet: Buffer, from: UdpAddress, at: number): void
}

/** The UDP half of a voice server, on a loopback port. */
export class MediaSocket implements AsyncDisposable {
  readonly port: number
  /** Keep-alives that came; they get no answer. */
  keepAlives = 0
  readonly #socket: Socket
  readonly #events: MediaEvents
  readonly #arrived: { packet: Buffer; from: RemoteInfo; at: number }[] = []
  #isClosed = false

  private constructor(socket: Socket, events: MediaEvents) {
    this.#socket = socket
    this.#events = events
    this.port = socket.address().port
    socket.on('message', (message, from) => this.#receive(message, from))
    // What cannot be sent is lost, as on any network.
    socket.on('error', () => {})
  }

  static async listen(events: MediaEvents): Promise<MediaSocket> {
    // As large as the system allows: sessions that share a clock send all at once.
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new MediaSocket(socket, events)
  }

  send(packet: Uint8Array, to: UdpAddress): void {
    if (!this.#isClosed) this.#socket.send(packet, to.port, to.address)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #receive(message: Buffer, from: RemoteInfo): void {
    if (message.length === keepAliveBytes) this.keepAlives += 1
    else if (message.length === discoveryBytes && message.readUInt16BE(0) === 1) this.#discover(message, from)
    else this.#keep(message, from)
  }

  /** Decrypting one packet must not make the next look late. */
  #keep(packet: Buffer, from: RemoteInfo): void {
    this.#arrived.push({ packet, from, at: preciseNow() })
    if (this.#arrived.length === 1) setImmediate(() => this.#handOver())
  }

  #handOver(): void {
    for (const { packet, from, at } of this.#arrived.splice(0)) this.#events.packet(packet, from, at)
  }

  /** voice-connections.mdx, "IP Discovery" */
  #discover(request: Buffer, from: RemoteInfo): void {
    const ssrc = request.readUInt32BE(4)
    if (!this.#events.discovered(ssrc, from)) return
    const answer = Buffer.alloc(discoveryBytes)
    answer.writeUInt16BE(2, 0)
    answer.writeUInt16BE(discoveryBytes - 4, 2)
    answer.writeUInt32BE(ssrc, 4)
    answer.write(from.address, 8, 'ascii')
    answer.writeUInt16BE(from.port, discoveryBytes - 2)
    this.send(answer, from)
  }
}
