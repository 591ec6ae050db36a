import { randomUUID } from 'node:crypto'
import type { ExpressionName } from '#core/chat/expression-tags.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { frameMs, mouthFrameBytes, type StageEvent } from '#core/protocol/stage.ts'
import { toEpochMs } from '../clock.ts'
import type { TrackListener } from '../playout/track.ts'
import { toCaptionLines } from './caption-lines.ts'
import type { SpokenSentence } from './spoken-sentence.ts'
import { joinWords, type Word } from './spoken-words.ts'

/** Mouth shapes are announced in messages of up to this many frames. */
const batchFrames = 5
/** The next batch is sent when fewer frames than this are still ahead. */
const leadFrames = 5
/** At the beginning sound is heard as soon as it is made; of what is made next, so many frames are told at once. */
const urgentFrames = 3
/** Captions and faces are announced so much ahead of their time. */
const cueLeadFrames = 10

interface Cue {
  readonly frame: () => number
  send(atMs: (frame: number) => number): void
}

interface StageVoiceOptions {
  readonly utteranceId: string
  readonly onStage: (event: StageEvent) => void
  readonly now: () => number
}

/**
 * Tells a stage, ahead of time, what the utterance will look like. When the sound is paused, what was announced is cut;
 * when it goes on, the utterance starts once more, so that its frame 0 lies as much earlier as was already heard.
 */
export class StageVoice implements TrackListener {
  readonly #options: StageVoiceOptions
  #shapes = new Uint8Array(64 * mouthFrameBytes)
  #frameCount = 0
  #announced = 0
  #isStarted = false
  #cues: Cue[] = []
  #lastWordMs = 0
  /** The newest frame that was heard, and when. */
  #heardIndex = 0
  #heardAtMs = 0
  /** Lines that were sent and may have to be sent again after a pause, with the frame at which they are over. */
  #sentLines: { readonly cue: Cue; readonly until: () => number }[] = []

  constructor(options: StageVoiceOptions) {
    this.#options = options
  }

  /** Where the estimator writes the shape of the next frame, before the frame is pushed. */
  nextShape(): Uint8Array {
    const start = this.#frameCount * mouthFrameBytes
    if (start === this.#shapes.length) {
      const larger = new Uint8Array(this.#shapes.length * 2)
      larger.set(this.#shapes)
      this.#shapes = larger
    }
    this.#frameCount++
    return this.#shapes.subarray(start, start + mouthFrameBytes)
  }

  addExpressions(names: readonly ExpressionName[], frame: number): void {
    for (const name of names)
      this.#cues.push({
        frame: () => frame,
        send: (atMs) => this.#send({ type: 'stage.expression', name, at: toEpochMs(atMs(frame)) }),
      })
  }

  addCaptions(sentence: SpokenSentence): void {
    for (const line of toCaptionLines(sentence.words)) {
      const until = () => sentence.frameAt(line.at(-1)?.until ?? 1)
      const cue: Cue = {
        frame: () => sentence.frameAt(line[0]?.from ?? 0),
        send: (atMs) => {
          this.#sendLine(line, (share) => this.#after(atMs(sentence.frameAt(share))))
          this.#sentLines.push({ cue, until })
          // Two lines are shown; those before them are over.
          if (this.#sentLines.length > 4) this.#sentLines.shift()
        },
      }
      this.#cues.push(cue)
    }
  }

  frame(index: number, atMs: number): void {
    this.#heardIndex = index
    this.#heardAtMs = atMs
    const timeOf = (frame: number) => atMs + (frame - index) * frameMs
    if (!this.#isStarted) this.#start(timeOf(0))
    if (this.#announced - index < leadFrames) this.#announceShapes(Math.max(index, this.#announced), timeOf)
    this.#sendCues(index + cueLeadFrames, timeOf)
  }

  /** A frame was pushed. While hardly anything is told ahead, it is not left to the next beat to tell of it. */
  pushed(): void {
    if (!this.#isStarted || this.#announced - this.#heardIndex >= urgentFrames) return
    if (this.#frameCount - this.#announced < urgentFrames) return
    // A voice that ran dry goes on at a time that is not known yet.
    if (this.#options.now() - this.#heardAtMs >= frameMs) return
    const [index, atMs] = [this.#heardIndex, this.#heardAtMs]
    this.#announceShapes(this.#announced, (frame) => atMs + (frame - index) * frameMs)
  }

  held(index: number): void {
    if (!this.#isStarted) return
    this.cut(index)
    this.#isStarted = false
    this.#announced = index
    // Captions that were not over are shown again when the sound goes on.
    this.#cues.unshift(...this.#sentLines.filter(({ until }) => until() > index).map(({ cue }) => cue))
    this.#sentLines = []
  }

  cut(frame: number): void {
    const { utteranceId } = this.#options
    if (this.#isStarted) this.#send({ type: 'stage.utterance.cut', utteranceId, frame })
  }

  end(atMs: number): void {
    this.#sendCues(Number.POSITIVE_INFINITY, () => atMs)
    const { utteranceId } = this.#options
    if (this.#isStarted) this.#send({ type: 'stage.utterance.end', utteranceId, at: toEpochMs(atMs) })
  }

  #start(playAtMs: number): void {
    this.#isStarted = true
    this.#lastWordMs = 0
    const { utteranceId } = this.#options
    this.#send({ type: 'stage.utterance.start', utteranceId, playAt: toEpochMs(playAtMs) })
  }

  #announceShapes(from: number, timeOf: (frame: number) => number): void {
    const until = Math.min(this.#frameCount, from + batchFrames)
    if (until <= from) return
    this.#announced = until
    this.#send({
      type: 'stage.mouth',
      utteranceId: this.#options.utteranceId,
      firstFrame: from,
      playAt: toEpochMs(timeOf(from)),
      // A copy, because whoever gets the event may keep it.
      frames: this.#shapes.slice(from * mouthFrameBytes, until * mouthFrameBytes),
    })
  }

  #sendCues(untilFrame: number, timeOf: (frame: number) => number): void {
    while (this.#cues[0] && this.#cues[0].frame() <= untilFrame) this.#cues.shift()?.send(timeOf)
  }

  /** The estimate gets better while the voice goes on; words are never revealed in another order for that. */
  #after(atMs: number): number {
    this.#lastWordMs = Math.max(this.#lastWordMs, atMs)
    return toEpochMs(this.#lastWordMs)
  }

  #sendLine(line: readonly Word[], timeOf: (share: number) => number): void {
    const words = line.map(({ text, from }) => ({ text: text.slice(0, 100), at: timeOf(from) }))
    this.#send({
      type: 'stage.caption',
      utteranceId: this.#options.utteranceId,
      text: joinWords(line.map(({ text }) => text)),
      from: words[0]?.at ?? timeOf(0),
      words,
      until: timeOf(line.at(-1)?.until ?? 1),
    })
  }

  #send(event: EventBody): void {
    const { utteranceId, onStage, now } = this.#options
    onStage({
      v: protocolVersion,
      id: randomUUID(),
      at: Math.round(toEpochMs(now())),
      correlationId: utteranceId,
      ...event,
    })
  }
}

type WithoutEnvelope<Event> = Event extends StageEvent
  ? Omit<Event, 'v' | 'id' | 'at' | 'correlationId'>
  : never
/** Faces and ends say in `at` when they happen; of the others it says when they were sent. */
type EventBody = WithoutEnvelope<StageEvent> & { readonly at?: number }
