/** As core/protocol/stage.ts has them; that file brings zod along, which no overlay needs. */
export const frameMs = 20
export const mouthFrameBytes = 6
export const vowels = ['aa', 'ih', 'ou', 'ee', 'oh'] as const

/** The vowels' weights and, last, the level of the sound; 0 to 1. */
export type MouthShape = Float32Array
export const emptyShape = (): MouthShape => new Float32Array(mouthFrameBytes)

export function framesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}
