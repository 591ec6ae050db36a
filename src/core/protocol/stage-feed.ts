import { z } from 'zod'
import type { StageState } from './stage.ts'

/**
 * What a viewer of a stage (an overlay, a preview) and the web side say to each other over `/stage/socket`: JSON in text
 * frames, sound in binary ones (`encodeSound`). The viewer says `hello`, is answered by one `snapshot`, then by patches.
 * Times are milliseconds since the epoch on the server's clock; `ping` and `pong` tell the viewer how that clock stands.
 */

export const OverlayQuality = z.enum(['auto', 'high', 'low', 'picture'])
export type OverlayQuality = z.infer<typeof OverlayQuality>

/** What the owner chose for one overlay. Every field has a default, so that old rows stay readable. */
export const OverlaySettings = z.object({
  /** How much later than it is sent the sound is heard where the viewers are. */
  delayMs: z.number().int().min(0).max(1_000).catch(150),
  captions: z.boolean().catch(true),
  /** Words appear as they are spoken; otherwise the line as a whole. */
  wordByWord: z.boolean().catch(true),
  bubbles: z.boolean().catch(false),
  /** The overlay plays the voice itself, for streams without a call. */
  sound: z.boolean().catch(false),
  quality: OverlayQuality.catch('auto'),
  framing: z.enum(['whole', 'bust']).catch('whole'),
  /** SHA-256 of a motion (VRMA) that the owner brought. */
  motion: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .catch(undefined),
})
export type OverlaySettings = z.infer<typeof OverlaySettings>

export const ViewerFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    overlay: z.string().max(64),
    /** Absent for the owner's own preview, which the sign-in vouches for. */
    token: z.string().max(128).optional(),
  }),
  z.object({ type: z.literal('ping'), sentAt: z.number() }),
])
export type ViewerFrame = z.infer<typeof ViewerFrame>

export interface FeedWord {
  readonly text: string
  readonly at: number
}

/** What happens on the stage, as viewers get it. `mouth` holds the frames of `stage.mouth` in base64. */
export type FeedEvent =
  | { readonly type: 'state'; readonly state: StageState }
  | { readonly type: 'expression'; readonly name: string; readonly at: number }
  | { readonly type: 'start'; readonly utterance: string; readonly playAt: number }
  | {
      readonly type: 'mouth'
      readonly utterance: string
      readonly firstFrame: number
      readonly playAt: number
      readonly frames: string
    }
  | {
      readonly type: 'caption'
      readonly utterance: string
      readonly text: string
      readonly from: number
      readonly until: number
      readonly words: readonly FeedWord[]
    }
  | { readonly type: 'cut'; readonly utterance: string; readonly frame: number; readonly at: number }
  | { readonly type: 'end'; readonly utterance: string; readonly at: number }
  | { readonly type: 'said'; readonly name: string; readonly text: string }

export interface FeedLook {
  readonly settings: OverlaySettings
  /** The files of the avatar and of its motion; empty when there is none. */
  readonly avatar: string
  readonly motion: string
}

export type ServerFrame =
  | (FeedLook & {
      readonly type: 'snapshot'
      /** Changes with the code of the overlay; another one than before: load the page anew. */
      readonly build: string
      readonly state: StageState
      readonly expression: string
      /** What of the running utterance is still to be seen. */
      readonly events: readonly FeedEvent[]
    })
  | (FeedLook & { readonly type: 'look' })
  | { readonly type: 'pong'; readonly sentAt: number; readonly at: number }
  | FeedEvent
