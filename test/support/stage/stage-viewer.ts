import { WebSocket } from 'ws'
import type { ServerFrame, ViewerFrame } from '#core/protocol/stage-feed.ts'
import { eventually } from '../eventually.ts'
import type { TestOverlay } from './overlays.ts'

/** An overlay's socket without the page. */
export class StageViewer implements Disposable {
  readonly frames: ServerFrame[] = []
  readonly sounds: Buffer[] = []
  readonly closed: Promise<number>
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.sounds.push(data)
      else this.frames.push(JSON.parse(data.toString()))
    })
  }

  /** Rejects when the upgrade is refused. */
  static async open(origin: string, headers: Record<string, string> = {}): Promise<StageViewer> {
    const address = `${origin.replace('http', 'ws')}/stage/socket`
    const socket = new WebSocket(address, { headers: { origin, ...headers }, handshakeTimeout: 5_000 })
    const viewer = new StageViewer(socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return viewer
  }

  /** One that was let in and has its snapshot. */
  static async watch(origin: string, { id, token }: Pick<TestOverlay, 'id' | 'token'>): Promise<StageViewer> {
    const viewer = await StageViewer.open(origin)
    viewer.send({ type: 'hello', overlay: id, token })
    await viewer.next('snapshot')
    return viewer
  }

  send(frame: ViewerFrame | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  async next<Type extends ServerFrame['type']>(
    type: Type,
    matches: (frame: Extract<ServerFrame, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ServerFrame, { type: Type }>> {
    const isWanted = (frame: ServerFrame): frame is Extract<ServerFrame, { type: Type }> =>
      frame.type === type && matches(frame as Extract<ServerFrame, { type: Type }>)
    return await eventually(() => this.frames.find(isWanted))
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause()
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }
}
