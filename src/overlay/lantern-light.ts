import type { StageState } from '#core/protocol/stage.ts'
import { drift } from './noise.ts'

const settleMs = 180
const flareMs = 35

/** How bright the lantern is, 0 to about 1.6: pulses while listening, wanders in thought, follows the voice, or an ember. */
export class LanternLight {
  glow = 0.2

  move(now: number, dtMs: number, state: StageState, level: number, face: string): void {
    const goal = this.#goal(now / 1_000, state, level) * (face === 'sad' ? 0.45 : 1)
    const tau = state === 'speaking' && goal > this.glow ? flareMs : settleMs
    this.glow += (goal - this.glow) * (1 - Math.exp(-dtMs / tau))
  }

  #goal(seconds: number, state: StageState, level: number): number {
    switch (state) {
      case 'listening':
        return 0.85 + 0.3 * Math.sin(seconds * 2.2)
      case 'thinking':
        return 0.75 + 0.45 * drift(seconds * 3.2, 1)
      case 'speaking':
        return 0.6 + 1.1 * level
      case 'offline':
        return 0.05 + 0.025 * Math.sin(seconds * 0.9)
      case 'idle':
        return 0.72 + 0.06 * Math.sin(seconds * 0.8)
    }
  }
}
