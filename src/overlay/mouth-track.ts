import { frameMs, type MouthShape, mouthFrameBytes } from './mouth-frames.ts'

interface Segment {
  readonly utterance: string
  readonly firstFrame: number
  readonly playAt: number
  readonly frames: Uint8Array
  count: number
}

/** Half a minute in batches of five; speech that is announced further ahead is not shown. */
const maxSegments = 400
const keptForMs = 2_000

/** What the mouth will do, by the time at which it is heard. */
export class MouthTrack {
  #segments: Segment[] = []
  #cutUtterance = ''

  add(utterance: string, firstFrame: number, playAt: number, frames: Uint8Array): void {
    if (utterance === this.#cutUtterance) return
    const count = Math.floor(frames.length / mouthFrameBytes)
    this.#segments.push({ utterance, firstFrame, playAt, frames, count })
    if (this.#segments.length > maxSegments) this.#segments.shift()
  }

  /** An utterance begins, or goes on after a pause, which was a cut. */
  begin(utterance: string): void {
    if (utterance === this.#cutUtterance) this.#cutUtterance = ''
  }

  /** What was announced of the utterance from `frame` on will not be heard. */
  cut(utterance: string, frame: number): void {
    this.#cutUtterance = utterance
    for (const segment of this.#segments) {
      if (segment.utterance === utterance)
        segment.count = Math.min(segment.count, Math.max(0, frame - segment.firstFrame))
    }
  }

  clear(): void {
    this.#segments = []
    this.#cutUtterance = ''
  }

  /**
   * The shape at stage time `at`, between the frames on both sides; a frame's shape is that of its middle. Writes into
   * `shape`, because this is asked for every picture. False: nothing is being said.
   */
  read(at: number, shape: MouthShape): boolean {
    this.#drop(at)
    shape.fill(0)
    const early = this.#find(at - frameMs / 2)
    const late = this.#find(at + frameMs / 2)
    const origin = (early ?? late)?.playAt
    if (origin === undefined) return false
    const sinceMiddle = (at + frameMs / 2 - origin) / frameMs
    const phase = sinceMiddle - Math.floor(sinceMiddle)
    if (early) addFrame(early, at - frameMs / 2, 1 - phase, shape)
    if (late) addFrame(late, at + frameMs / 2, phase, shape)
    return true
  }

  /** The newest one: what is announced again counts as it was announced last. */
  #find(at: number): Segment | undefined {
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index]
      if (segment && at >= segment.playAt && at < segment.playAt + segment.count * frameMs) return segment
    }
    return undefined
  }

  #drop(at: number): void {
    const oldest = this.#segments[0]
    if (oldest && oldest.playAt + oldest.count * frameMs < at - keptForMs) this.#segments.shift()
  }
}

function addFrame({ frames, playAt }: Segment, at: number, share: number, shape: MouthShape): void {
  const offset = Math.floor((at - playAt) / frameMs) * mouthFrameBytes
  for (let byte = 0; byte < mouthFrameBytes; byte++)
    shape[byte] = (shape[byte] ?? 0) + ((frames[offset + byte] ?? 0) / 255) * share
}
