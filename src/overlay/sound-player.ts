import type { SoundFrame } from '#core/protocol/sound-frame.ts'

const rateHz = 48_000
/** The sound is played so much later than it is announced, for lines that stutter. */
const bufferMs = 150
/** A piece that begins within this time of the end of the one before is its continuation. */
const seamMs = 5

interface Run {
  /** Time of the context at which this moment of the stage is played; undefined: silence from there on. */
  readonly time: number
  readonly stageTime: number | undefined
}

/** Plays the stage's sound, and knows which moment of it comes out of the loudspeaker now: the mouth's clock. */
export class SoundPlayer {
  readonly #context: AudioContext
  readonly #worklet: string
  #node: AudioWorkletNode | undefined
  #runs: Run[] = []
  #endsAt = Number.NEGATIVE_INFINITY
  #lastDelayMs = bufferMs

  constructor(worklet: string) {
    this.#context = new AudioContext({ sampleRate: rateHz, latencyHint: 'interactive' })
    this.#worklet = worklet
  }

  /** False: the browser wants a click first. */
  get isAudible(): boolean {
    return this.#context.state === 'running'
  }

  async resume(): Promise<void> {
    await this.#context.resume()
  }

  /** @throws where worklets are missing, as on pages that are neither https nor this machine */
  async open(): Promise<void> {
    await this.#context.audioWorklet.addModule(this.#worklet)
    const node = new AudioWorkletNode(this.#context, 'stage-sound', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    })
    node.port.onmessage = ({ data }: MessageEvent<Run>) => this.#onRun(data)
    node.connect(this.#context.destination)
    this.#node = node
  }

  /** `stageNow` is the time of the stage when this is called. */
  play({ playAt, sampleRateHz, pcm }: SoundFrame, stageNow: number): void {
    const samples = toFloat(pcm, sampleRateHz)
    const isNext = Math.abs(playAt - this.#endsAt) < seamMs
    const lateMs = Math.max(0, bufferMs + playAt - stageNow)
    const notBefore = isNext ? 0 : this.#context.currentTime + lateMs / 1_000
    this.#endsAt = playAt + (1_000 * samples.length) / rateHz
    this.#node?.port.postMessage({ samples, playAt, notBefore }, [samples.buffer])
  }

  cut(): void {
    this.#endsAt = Number.NEGATIVE_INFINITY
    this.#node?.port.postMessage('cut')
  }

  close(): void {
    this.#node?.disconnect()
    void this.#context.close()
  }

  /** The moment of the stage that is heard at `now` (`performance.now()`); in silence, the one that would be. */
  heardAt(now: number, stageNow: number): number {
    const { contextTime = 0, performanceTime = 0 } = this.#context.getOutputTimestamp()
    const heard = contextTime + (now - performanceTime) / 1_000
    while ((this.#runs[1]?.time ?? Number.POSITIVE_INFINITY) <= heard) this.#runs.shift()
    const run = this.#runs[0]
    if (run?.stageTime === undefined || run.time > heard) return stageNow - this.#lastDelayMs
    const stageTime = run.stageTime + 1_000 * (heard - run.time)
    this.#lastDelayMs = stageNow - stageTime
    return stageTime
  }

  #onRun(run: Run): void {
    this.#runs.push(run)
    if (this.#runs.length > 100) this.#runs.shift()
  }
}

/** Which may begin at an odd byte. Other rates are stretched in a straight line: nobody asks for music here. */
function toFloat(pcm: Uint8Array, sampleRateHz: number): Float32Array {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const count = pcm.byteLength >> 1
  const at = (index: number) => view.getInt16(2 * Math.min(index, count - 1), true) / 32_768
  if (sampleRateHz === rateHz) return Float32Array.from({ length: count }, (_, index) => at(index))
  const step = sampleRateHz / rateHz
  return Float32Array.from({ length: Math.floor(count / step) }, (_, index) => {
    const position = index * step
    const whole = Math.floor(position)
    return at(whole) + (at(whole + 1) - at(whole)) * (position - whole)
  })
}
