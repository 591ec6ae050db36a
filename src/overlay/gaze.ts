import type { StageState } from '#core/protocol/stage.ts'
import { between } from './noise.ts'

/** Where the eyes look, in radians from straight into the camera; the head goes a part of the way. */
export class Gaze {
  yaw = 0
  pitch = 0
  #goalYaw = 0
  #goalPitch = 0
  #nextAt = 0
  #isAway = false

  move(now: number, dtMs: number, state: StageState): void {
    if (now >= this.#nextAt) this.#choose(now, state)
    // An eye is where it wants to be within three pictures.
    const share = 1 - Math.exp(-dtMs / 28)
    this.yaw += (this.#goalYaw - this.yaw) * share
    this.pitch += (this.#goalPitch - this.pitch) * share
  }

  /** Small jumps around the viewer; glances away come back; a thought looks up and aside. */
  #choose(now: number, state: StageState): void {
    const isThinking = state === 'thinking'
    this.#isAway = !this.#isAway && Math.random() < (isThinking ? 0.7 : state === 'listening' ? 0.08 : 0.16)
    if (this.#isAway) {
      const side = Math.random() < 0.5 ? -1 : 1
      this.#goalYaw = side * between(0.18, 0.42)
      this.#goalPitch = isThinking ? between(0.1, 0.28) : between(-0.16, 0.12)
      this.#nextAt = now + between(500, isThinking ? 2_200 : 1_300)
      return
    }
    this.#goalYaw = between(-0.035, 0.035)
    this.#goalPitch = between(-0.03, 0.03)
    this.#nextAt = now + between(500, 2_600)
  }
}
