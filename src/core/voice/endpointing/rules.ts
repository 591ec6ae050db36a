import type { Endpointing, SilentTurn } from './endpointing.ts'
import { PauseMemory } from './pause-memory.ts'
import { defaultEndpointing, type EndpointingSettings } from './settings.ts'
import { shapeOf, type TranscriptShape } from './transcript-shape.ts'

/**
 * A turn is over after a short silence when its words are a whole sentence, after a longer one when they do not tell,
 * and only after a long one when they stop in the middle.
 */
export function createEndpointing(
  given: Partial<EndpointingSettings> = {},
  judge?: Endpointing['judge'],
): Endpointing {
  const settings = { ...defaultEndpointing, ...given }
  return {
    judge,
    open() {
      const pauses = new PauseMemory()
      return {
        waitMs: (turn) => waitOf(settings, shapeOfTurn(settings, turn), pauses.averageMs ?? 0),
        learnPause: (pauseMs) => pauses.learn(pauseMs),
      }
    },
  }
}

/** Words that stop in the middle outweigh the melody; the melody outweighs words that do not tell. */
function shapeOfTurn(settings: EndpointingSettings, { hint, endProbability }: SilentTurn): TranscriptShape {
  const shape = settings.usesTranscript && hint ? shapeOf(hint.text) : 'open'
  if (endProbability === undefined || shape === 'unfinished') return shape
  return endProbability >= settings.endProbability ? 'finished' : 'unfinished'
}

function waitOf(settings: EndpointingSettings, shape: TranscriptShape, usualPauseMs: number): number {
  if (shape === 'open') return Math.min(settings.openMaxMs, Math.max(settings.openMs, usualPauseMs))
  return settings[`${shape}Ms`]
}
