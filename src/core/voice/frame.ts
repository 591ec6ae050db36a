import { frameMs } from '#core/protocol/stage.ts'

/** Everything that is played is mono 16-bit PCM at this rate, in frames of 20 ms. */
export const playoutRateHz = 48_000

export const frameSamples = (playoutRateHz * frameMs) / 1_000
