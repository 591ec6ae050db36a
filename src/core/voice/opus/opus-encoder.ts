import { Application, createEncoder, Signal } from 'libopus-wasm'
import { frameSamples, playoutRateHz } from '../frame.ts'

/** Frames of 20 ms to Opus packets; one for the whole life of a call, since the format predicts from what came before. */
export interface OpusEncoder extends Disposable {
  encode(frame: Int16Array): Uint8Array
}

/** Discord's channels carry 64 kbit/s by default; speech gains nothing above 40. */
const bitrate = 40_000
/** At 5 a frame takes a third of the time of 10, and speech sounds the same. */
const complexity = 5
/** With this much loss expected, each packet carries a coarse copy of the one before it. */
const expectedLossPercent = 5

export async function openOpusEncoder(): Promise<OpusEncoder> {
  const encoder = await createEncoder({
    sampleRate: playoutRateHz,
    channels: 1,
    application: Application.Voip,
    signal: Signal.Voice,
    frameSize: frameSamples,
    bitrate,
    complexity,
    fec: true,
    packetLossPercent: expectedLossPercent,
  })
  return {
    encode: (frame) => encoder.encode(frame),
    [Symbol.dispose]: () => encoder.free(),
  }
}
