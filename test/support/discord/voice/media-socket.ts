import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { UdpAddress } from './session.ts'

const discoveryBytes = 74
const keepAliveBytes = 8

export interface MediaEvents {
  /** A bot asks from where its packets come; returns whether its SSRC is known. */
  discovered(ssrc: number, from: UdpAddress): boolean
  packet(packet: Buffer, from: UdpAddress): void
}

/** The UDP half of a voice server, on a loopback port. */
export class MediaSocket implements AsyncDisposable {
  readonly port: number
  /** Keep-alives that came; they get no answer. */
  keepAlives = 0
  readonly #socket: Socket
  readonly #events: MediaEvents
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
    const socket = createSocket('udp4')
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
    else this.#events.packet(message, from)
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
