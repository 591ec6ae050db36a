import { encodeSound } from '#core/protocol/sound-frame.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import type { FeedEvent, ServerFrame } from '#core/protocol/stage-feed.ts'

/** A frame ready for any number of viewers. */
export interface FeedFrame {
  readonly bytes: Uint8Array
  readonly isSound: boolean
}

export function textFrame(frame: ServerFrame): FeedFrame {
  return { bytes: Buffer.from(JSON.stringify(frame)), isSound: false }
}

/** Sound is handed on as it is; everything else becomes an event of the feed. */
export function soundFrame(event: Extract<StageEvent, { type: 'stage.audio' }>): FeedFrame {
  const { utteranceId: utterance, playAt, sampleRateHz, firstFrame, pcm } = event
  return { bytes: encodeSound({ utterance, playAt, sampleRateHz, firstFrame, pcm }), isSound: true }
}

export function feedEventOf(event: Exclude<StageEvent, { type: 'stage.audio' }>): FeedEvent {
  switch (event.type) {
    case 'stage.state':
      return { type: 'state', state: event.state }
    case 'stage.expression':
      return { type: 'expression', name: event.name, at: event.at }
    case 'stage.utterance.start':
      return { type: 'start', utterance: event.utteranceId, playAt: event.playAt }
    case 'stage.mouth': {
      const frames = Buffer.from(event.frames).toString('base64')
      const { utteranceId: utterance, firstFrame, playAt } = event
      return { type: 'mouth', utterance, firstFrame, playAt, frames }
    }
    case 'stage.caption': {
      const { utteranceId: utterance, text, from, until, words } = event
      return { type: 'caption', utterance, text, from, until, words }
    }
    case 'stage.utterance.cut':
      return { type: 'cut', utterance: event.utteranceId, frame: event.frame, at: event.at }
    case 'stage.utterance.end':
      return { type: 'end', utterance: event.utteranceId, at: event.at }
    case 'stage.said':
      return { type: 'said', name: event.displayName, text: event.text }
  }
}
