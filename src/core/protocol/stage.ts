import { z } from 'zod'
import { messageSchema } from './envelope.ts'

/**
 * What an avatar shows, on `ai.voice.stage.<stage>`. A stage is one place where the companion is seen: an overlay, a
 * web page. All times are milliseconds since the epoch on the clock of the process that plays the sound.
 */

/** Sound is played, and the mouth moved, in frames of this length. */
export const frameMs = 20

const stageId = z.string().min(1).max(128)
const utteranceId = z.string().min(1).max(64)
const frameIndex = z.number().int().nonnegative()
const time = z.number().nonnegative()
const bytes = z.instanceof(Uint8Array)

export const StageState = z.enum(['idle', 'listening', 'thinking', 'speaking', 'offline'])
export type StageState = z.infer<typeof StageState>

/** The light of the lantern, and the posture. */
export const StageStateChange = messageSchema('stage.state', { state: StageState })
export type StageStateChange = z.infer<typeof StageStateChange>

/** The face from `at` on, for example `happy`; `neutral` takes it back. */
export const StageExpression = messageSchema('stage.expression', { name: z.string().max(40), at: time })
export type StageExpression = z.infer<typeof StageExpression>

/** The companion begins to speak: frame 0 of this utterance is heard at `playAt`. */
export const UtteranceStart = messageSchema('stage.utterance.start', { utteranceId, playAt: time })
export type UtteranceStart = z.infer<typeof UtteranceStart>

/** Bytes of one frame in `StageMouth.frames`: weights 0 to 255 of aa, ih, ou, ee, oh, then the level of the sound. */
export const mouthFrameBytes = 6

/** Mouth shapes of consecutive frames from `firstFrame` on, sent ahead of time; the first is heard at `playAt`. */
export const StageMouth = messageSchema('stage.mouth', {
  utteranceId,
  firstFrame: frameIndex,
  playAt: time,
  frames: bytes,
})
export type StageMouth = z.infer<typeof StageMouth>

/** The sound itself for stages that play it: mono 16-bit little-endian PCM of consecutive frames from `firstFrame` on. */
export const StageAudio = messageSchema('stage.audio', {
  utteranceId,
  firstFrame: frameIndex,
  playAt: time,
  sampleRateHz: z.number().int().positive(),
  pcm: bytes,
})
export type StageAudio = z.infer<typeof StageAudio>

/** One caption line, spoken from `from` to `until`; each word is revealed at its time. Text is data, never HTML. */
export const StageCaption = messageSchema('stage.caption', {
  utteranceId,
  text: z.string().max(500),
  from: time,
  until: time,
  words: z.array(z.object({ text: z.string().max(100), at: time })).max(100),
})
export type StageCaption = z.infer<typeof StageCaption>

/** The companion was interrupted: what was announced from `frame` on will not be heard. */
export const UtteranceCut = messageSchema('stage.utterance.cut', { utteranceId, frame: frameIndex })
export type UtteranceCut = z.infer<typeof UtteranceCut>

/** The last frame of the utterance is over at `at`. */
export const UtteranceEnd = messageSchema('stage.utterance.end', { utteranceId, at: time })
export type UtteranceEnd = z.infer<typeof UtteranceEnd>

/** A person said something that the companion heard or read, to be shown as a bubble where that is wanted. */
export const StageSaid = messageSchema('stage.said', {
  displayName: z.string().max(200),
  text: z.string().max(2_000),
})
export type StageSaid = z.infer<typeof StageSaid>

export const StageEvent = z.discriminatedUnion('type', [
  StageStateChange,
  StageExpression,
  UtteranceStart,
  StageMouth,
  StageAudio,
  StageCaption,
  UtteranceCut,
  UtteranceEnd,
  StageSaid,
])
export type StageEvent = z.infer<typeof StageEvent>

/** What a late viewer needs: kept as the newest record of the stage, replaced at every change of state or face. */
export const StageSnapshot = messageSchema('stage.snapshot', {
  stage: stageId,
  state: StageState,
  expression: z.string().max(40),
  /** What is being said right now, if anything. */
  speaking: z.object({ utteranceId, playAt: time }).optional(),
})
export type StageSnapshot = z.infer<typeof StageSnapshot>
