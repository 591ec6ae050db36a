import { createSpeakerLane } from '#core/voice/ears/open-speaker-lane.ts'
import type { Endpointing } from '#core/voice/endpointing/endpointing.ts'
import type { Vad } from '#core/voice/vad/vad.ts'
import { openSession } from './open-session.ts'
import type { SessionOptions, VoiceSession } from './session-ports.ts'

export interface VoiceSessionOptions extends Omit<SessionOptions, 'openLane'> {
  /** Shared by all sessions of the process. */
  readonly vad: Vad
  readonly endpointing: Endpointing
}

/**
 * One room in which the companion listens and speaks, until disposed or the signal aborts: what was begun ends then,
 * and disposing resolves when it has.
 */
export function openVoiceSession(options: VoiceSessionOptions): VoiceSession {
  const { vad, endpointing, clock } = options
  return openSession({
    ...options,
    openLane: ({ inputRateHz: sampleRateHz, pauseMs, signal }) =>
      createSpeakerLane({ sampleRateHz, vad, endpointing, clock, signal, times: { pauseMs } }),
  })
}
