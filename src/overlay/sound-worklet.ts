/** Runs on the sound thread: plays what it is given, one piece after another, and says when each run of pieces began. */

interface Piece {
  readonly samples: Float32Array
  /** Stage time of its first sample. */
  readonly playAt: number
  /** Not before this time of the context, in seconds. */
  readonly notBefore: number
}

/** Half a minute; a sender that is further ahead than this loses the end. */
const maxSamples = 48_000 * 30

declare const currentTime: number
declare const sampleRate: number
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, type: new () => AudioWorkletProcessor): void

class StageSound extends AudioWorkletProcessor {
  #pieces: Piece[] = []
  #waiting = 0
  #position = 0
  #isRunning = false
  #startedAt = 0
  #startedWith = 0

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<Piece | 'cut'>) => {
      if (data === 'cut') this.#cut()
      else this.#add(data)
    }
  }

  process(_inputs: unknown, [output]: readonly Float32Array[][]): boolean {
    const channel = output?.[0]
    if (channel) this.#fill(channel)
    return true
  }

  #add(piece: Piece): void {
    if (this.#waiting + piece.samples.length > maxSamples) return
    this.#pieces.push(piece)
    this.#waiting += piece.samples.length
  }

  #cut(): void {
    this.#pieces = []
    this.#waiting = 0
    this.#position = 0
  }

  #fill(channel: Float32Array): void {
    for (let filled = 0; filled < channel.length; ) {
      const time = currentTime + filled / sampleRate
      const piece = this.#pieces[0]
      if (!piece || (this.#position === 0 && !this.#isRunning && time < piece.notBefore)) {
        this.#rest(time)
        filled = piece ? nextSample(filled, channel.length, piece.notBefore) : channel.length
        continue
      }
      const stageTime = piece.playAt + (1_000 * this.#position) / sampleRate
      this.#run(time, stageTime)
      const count = Math.min(channel.length - filled, piece.samples.length - this.#position)
      channel.set(piece.samples.subarray(this.#position, this.#position + count), filled)
      filled += count
      this.#position += count
      if (this.#position >= piece.samples.length) this.#next(piece, time + count / sampleRate)
    }
  }

  #next(piece: Piece, time: number): void {
    this.#pieces.shift()
    this.#waiting -= piece.samples.length
    this.#position = 0
    const next = this.#pieces[0]
    const end = piece.playAt + (1_000 * piece.samples.length) / sampleRate
    // A gap on the stage is a gap in the sound, too.
    if (next && Math.abs(next.playAt - end) > 5) this.#rest(time)
  }

  /** Tells the page which moment of the stage is played at which time of the context, whenever that changes. */
  #run(time: number, stageTime: number): void {
    const expected = this.#startedWith + 1_000 * (time - this.#startedAt)
    if (this.#isRunning && Math.abs(expected - stageTime) < 1) return
    this.#isRunning = true
    this.#startedAt = time
    this.#startedWith = stageTime
    this.port.postMessage({ time, stageTime })
  }

  #rest(time: number): void {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.port.postMessage({ time, stageTime: undefined })
  }
}

function nextSample(filled: number, length: number, notBefore: number): number {
  const at = Math.ceil((notBefore - currentTime) * sampleRate)
  return Math.min(length, Math.max(filled + 1, at))
}

registerProcessor('stage-sound', StageSound)
