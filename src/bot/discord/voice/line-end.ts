import type { LineFault } from './worker-messages.ts'

/** How a call lost its connection, as the bot sees it. */
export type LineEnd =
  | LineFault
  /** The media worker died. */
  | { readonly kind: 'worker' }
  /** Connected, but deaf: only a new connection helps. */
  | { readonly kind: 'deaf' }

/** Whether Discord may still take us for being in the channel; then it has to be left before it can be joined. */
export function mayStillBeThere(end: LineEnd | undefined): boolean {
  if (end === undefined) return false
  return end.kind === 'worker' || end.kind === 'deaf' || (end.kind === 'silence' && end.isAsked)
}
