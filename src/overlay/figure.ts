import type { StageState } from '#core/protocol/stage.ts'
import type { MouthShape } from './mouth-frames.ts'

/** What a figure is to show in one picture. One object is reused for all pictures. */
export interface Moment {
  /** Milliseconds of `performance.now()`, and since the picture before. */
  now: number
  dtMs: number
  state: StageState
  expression: string
  readonly expressions: ReadonlyMap<string, number>
  readonly mouth: MouthShape
  glow: number
}

/** A body for the companion: the avatar, or a flat picture where there is no WebGL. */
export interface Figure {
  show(moment: Moment): void
}
