import { levelDbfs } from '../pcm/level.ts'

export interface VisemeEstimator {
  /** Writes the mouth of the next frame: aa, ih, ou, ee, oh, then the level, 0 to 255 each. */
  estimate(frame: Int16Array, shape: Uint8Array): void
}

/** Below this the mouth is closed. */
const closedDbfs = -50
const wideOpenDbfs = -10

export function createVisemeEstimator(): VisemeEstimator {
  return {
    estimate(frame, shape) {
      const openness = (levelDbfs(frame) - closedDbfs) / (wideOpenDbfs - closedDbfs)
      shape[0] = shape[5] = 255 * Math.min(1, Math.max(0, openness))
    },
  }
}
