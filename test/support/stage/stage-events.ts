import { randomUUID } from 'node:crypto'
import { frameMs, mouthFrameBytes, type StageEvent, type StageState } from '#core/protocol/stage.ts'

/** What a process that speaks says about it, without the process. */
const envelope = () => ({ v: 1, id: randomUUID(), at: Date.now(), correlationId: 'test' }) as const

export const stateEvent = (state: StageState): StageEvent => ({ ...envelope(), type: 'stage.state', state })

export const faceEvent = (name: string, at: number): StageEvent => ({
  ...envelope(),
  type: 'stage.expression',
  name,
  at,
})

export const startEvent = (utteranceId: string, playAt: number): StageEvent => ({
  ...envelope(),
  type: 'stage.utterance.start',
  utteranceId,
  playAt,
})

/** `levels` 0 to 1, one per frame: how far the mouth is open, as `aa`. */
export function mouthEvent(
  utteranceId: string,
  { firstFrame = 0, playAt, levels }: { firstFrame?: number; playAt: number; levels: readonly number[] },
): StageEvent {
  const frames = new Uint8Array(levels.length * mouthFrameBytes)
  for (const [index, level] of levels.entries()) {
    frames[index * mouthFrameBytes] = Math.round(255 * level)
    frames[index * mouthFrameBytes + 5] = Math.round(255 * level)
  }
  return { ...envelope(), type: 'stage.mouth', utteranceId, firstFrame, playAt, frames }
}

/** A tone as loud as each frame's level. */
export function audioEvent(
  utteranceId: string,
  { firstFrame = 0, playAt, levels }: { firstFrame?: number; playAt: number; levels: readonly number[] },
): StageEvent {
  const perFrame = (48_000 * frameMs) / 1_000
  const samples = new Int16Array(levels.length * perFrame)
  for (let index = 0; index < samples.length; index++)
    samples[index] = 16_000 * (levels[Math.floor(index / perFrame)] ?? 0) * Math.sin(index / 8)
  const pcm = new Uint8Array(samples.buffer)
  return { ...envelope(), type: 'stage.audio', utteranceId, firstFrame, playAt, sampleRateHz: 48_000, pcm }
}

export function captionEvent(utteranceId: string, text: string, from: number, wordMs = 250): StageEvent {
  const words = text.split(' ').map((word, index) => ({ text: word, at: from + index * wordMs }))
  const until = from + words.length * wordMs
  return { ...envelope(), type: 'stage.caption', utteranceId, text, from, until, words }
}

export const cutEvent = (utteranceId: string, frame: number, at = Date.now()): StageEvent => ({
  ...envelope(),
  at,
  type: 'stage.utterance.cut',
  utteranceId,
  frame,
})

export const endEvent = (utteranceId: string, at: number): StageEvent => ({
  ...envelope(),
  type: 'stage.utterance.end',
  utteranceId,
  at,
})

export const saidEvent = (displayName: string, text: string): StageEvent => ({
  ...envelope(),
  type: 'stage.said',
  displayName,
  text,
})
