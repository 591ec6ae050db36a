import { createDecoder, type OpusDecoderHandle } from 'libopus-wasm'
import { UnreadableSoundError } from './errors.ts'

/** What every Opus stream can be decoded to, and what Discord sends. */
export const opusRateHz = 48_000
const frameSamples = 960
/** The longest packet that the format allows: 120 ms (RFC 6716, section 3.2.5). */
const maxPacketSamples = 5_760

/** Opus packets of one speaker to mono 16-bit PCM of 48 kHz. */
export interface OpusDecoder extends Disposable {
  /** @throws UnreadableSoundError; the next packet may be fine again. */
  decode(packet: Uint8Array): Int16Array
  /** 20 ms in place of a packet that never came, faded from what was heard last; with `next`, from the copy in that one. */
  conceal(next?: Uint8Array): Int16Array
}

export async function openOpusDecoder(): Promise<OpusDecoder> {
  const decoder = await createDecoder({ sampleRate: opusRateHz, channels: 1, maxFrameSize: maxPacketSamples })
  return {
    decode: (packet) => decodeOrExplain(decoder, packet),
    conceal: (next) => conceal(decoder, next),
    [Symbol.dispose]: () => decoder.free(),
  }
}

function decodeOrExplain(decoder: OpusDecoderHandle, packet: Uint8Array): Int16Array {
  if (packet.length === 0) throw new UnreadableSoundError('an empty packet')
  try {
    return decoder.decode(packet)
  } catch (cause) {
    throw new UnreadableSoundError('not an Opus packet', { cause })
  }
}

/** A packet that carries no copy of its predecessor is no help; libopus then makes the sound up as without it. */
function conceal(decoder: OpusDecoderHandle, next: Uint8Array | undefined): Int16Array {
  try {
    if (next !== undefined && next.length > 0)
      return decoder.decode(next, { decodeFec: true, frameSize: frameSamples })
    return decoder.decodePacketLoss(frameSamples)
  } catch {
    return new Int16Array(frameSamples)
  }
}
