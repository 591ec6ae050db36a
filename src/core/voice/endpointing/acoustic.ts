import type { Endpointing } from './endpointing.ts'

/** A silence of one length ends every turn, whatever was said. */
export function createAcousticEndpointing(silenceMs: number): Endpointing {
  return { open: () => ({ waitMs: () => silenceMs, learnPause: () => undefined }) }
}
