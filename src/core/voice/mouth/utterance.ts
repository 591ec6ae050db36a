import { setImmediate as nextRound } from 'node:timers/promises'
import type { ExpressionName } from '#core/chat/expression-tags.ts'
import { frameMs } from '#core/protocol/stage.ts'
import type { VoiceClock } from '../clock.ts'
import { frameSamples } from '../frame.ts'
import type { RoomPlayout } from '../playout/room-playout.ts'
import { prebufferFrames, type Track, type TrackListener } from '../playout/track.ts'
import { createVisemeEstimator, type VisemeEstimator } from '../visemes/estimator.ts'
import { FrameMaker, type VoiceFrame } from './frame-maker.ts'
import type { KnownVoice } from './known-voice.ts'
import type { SentenceAudio } from './sentence-audio.ts'
import { Pace, SpokenSentence } from './spoken-sentence.ts'
import { joinWords } from './spoken-words.ts'
import type { StageVoice } from './stage-voice.ts'

/** Between two sentences, and within one that was cut at a comma to be heard sooner. */
const sentencePauseFrames = 160 / frameMs
const clausePauseFrames = 60 / frameMs
/**
 * After so many frames in a row the others get their turn: forty rooms may begin at the same moment. The first time, as
 * soon as there is enough to be heard.
 */
const framesPerRound = 4

interface UtteranceOptions {
  readonly room: RoomPlayout
  readonly stage: StageVoice
  readonly voice: KnownVoice
  readonly clock: VoiceClock
}

/** One answer on its way through a room: what was made of it, what of that was played, when. */
export class Utterance implements TrackListener {
  readonly track: Track
  firstFrameMs: number | undefined
  firstAudibleFrameMs: number | undefined
  readonly #stage: StageVoice
  readonly #voice: KnownVoice
  readonly #clock: VoiceClock
  readonly #visemes: VisemeEstimator
  readonly #pace = new Pace()
  readonly #sentences: SpokenSentence[] = []
  #framesMade = 0
  #firstVoiced = Number.POSITIVE_INFINITY
  #pauseWanted = 0

  constructor({ room, stage, voice, clock }: UtteranceOptions) {
    this.#stage = stage
    this.#voice = voice
    this.#visemes = createVisemeEstimator(voice.colour)
    this.#clock = clock
    this.track = room.open(this)
  }

  /** Makes frames of a sentence as fast as the room takes them. Throws the voice's fault. */
  async say(audio: SentenceAudio): Promise<void> {
    const { text, expressions } = audio.sentence
    await this.#pause()
    this.#stage.addExpressions(expressions, this.#framesMade)
    this.track.waitsFor = 'service'
    const maker = new FrameMaker({ sampleRateHz: await audio.sampleRateHz, loudness: this.#voice.loudness })
    const sentence = new SpokenSentence({ text, firstFrame: this.#framesMade, pace: this.#pace })
    this.#sentences.push(sentence)
    this.#stage.addCaptions(sentence)
    for await (const block of audio.blocks) {
      this.#expect(sentence, audio)
      await this.#pushAll(maker.push(block), sentence)
      if (this.track.isOver) return
      if (audio.isWaiting()) this.track.waitsFor = 'service'
    }
    await this.#pushAll(maker.end(), sentence)
    sentence.complete()
    this.track.flush()
    this.#pauseWanted = pauseAfter(text) - maker.pauseFrames
  }

  /** Faces after the last word. */
  makeFaces(names: readonly ExpressionName[]): void {
    this.#stage.addExpressions(names, this.#framesMade)
  }

  /** Tells the stage that it is over, and returns exactly what was heard. */
  close(wasPlayed: boolean) {
    const { framesPlayed, underruns } = this.track
    if (wasPlayed) this.#stage.end(this.#clock.now())
    else this.#stage.cut(framesPlayed)
    return {
      heardText: joinWords(this.#sentences.flatMap((sentence) => sentence.heardWords(framesPlayed))),
      framesPlayed,
      underruns: underruns.ours + underruns.service,
      ownUnderruns: underruns.ours,
    }
  }

  frame(index: number, atMs: number): void {
    this.firstFrameMs ??= this.#clock.now()
    if (index >= this.#firstVoiced) this.firstAudibleFrameMs ??= this.#clock.now()
    this.#stage.frame(index, atMs)
  }

  held(index: number): void {
    this.#stage.held(index)
  }

  #expect(sentence: SpokenSentence, audio: SentenceAudio): void {
    const voicedMs = audio.voicedMs()
    if (voicedMs !== undefined) sentence.expect(voicedMs / frameMs)
  }

  async #pause(): Promise<void> {
    // A room that ran dry has had its pause already.
    const frames = this.track.isFlowing ? this.#pauseWanted : 0
    for (let count = 0; count < frames; count++)
      await this.#push({ samples: new Int16Array(frameSamples), isVoiced: false })
  }

  async #pushAll(frames: Iterable<VoiceFrame>, sentence: SpokenSentence): Promise<void> {
    let inARow = 0
    this.track.waitsFor = 'us'
    for (const frame of frames) {
      if (this.track.isOver) return
      sentence.add(frame.isVoiced)
      await this.#push(frame)
      if (++inARow % framesPerRound === 0 || this.#framesMade === prebufferFrames) await nextRound()
    }
  }

  async #push({ samples, isVoiced }: VoiceFrame): Promise<void> {
    await this.track.whenSpace()
    if (isVoiced) this.#firstVoiced = Math.min(this.#firstVoiced, this.#framesMade)
    this.#framesMade++
    this.#visemes.estimate(samples, this.#stage.nextShape())
    this.track.push(samples)
    this.#stage.pushed()
  }
}

function pauseAfter(text: string): number {
  return /[,;:\u2013\u2014\uff0c\u3001\uff1b\uff1a]$/.test(text) ? clausePauseFrames : sentencePauseFrames
}
