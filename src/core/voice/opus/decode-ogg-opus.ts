import { setImmediate as nextRound } from 'node:timers/promises'
import type { Pcm } from '#core/inference/ports.ts'
import { SoundTooLongError, UnreadableSoundError } from './errors.ts'
import { oggPackets } from './ogg-packets.ts'
import { openOpusDecoder, opusRateHz } from './opus-decoder.ts'

export interface DecodeLimits {
  readonly maxSeconds: number
  readonly signal: AbortSignal
}

/** Others on this event loop are served after each second of sound: decoding one takes about 3 ms. */
const packetsPerRound = 50

/**
 * A whole Ogg Opus file (RFC 7845), such as a voice message, as mono PCM of 48 kHz.
 * @throws UnreadableSoundError, SoundTooLongError, the signal's reason
 */
export async function decodeOggOpus(file: Uint8Array, { maxSeconds, signal }: DecodeLimits): Promise<Pcm> {
  using decoder = await openOpusDecoder()
  const parts: Int16Array[] = []
  let packets = 0
  let samples = 0
  let skipped = 0
  for (const packet of oggPackets(file)) {
    packets++
    if (packets === 1) skipped = readPreSkip(packet)
    // The second packet holds comments.
    if (packets <= 2) continue
    const part = decoder.decode(packet)
    parts.push(part)
    samples += part.length
    if (samples > maxSeconds * opusRateHz) throw new SoundTooLongError(maxSeconds)
    if (packets % packetsPerRound !== 0) continue
    await nextRound()
    signal.throwIfAborted()
  }
  if (packets === 0) throw new UnreadableSoundError('no packets')
  return { samples: concatenate(parts, samples).subarray(skipped), sampleRateHz: opusRateHz }
}

const magic = 'OpusHead'

/** Samples at the beginning that only warm the decoder up (RFC 7845, section 5.1). */
function readPreSkip(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const isOpus = head.length >= 19 && new TextDecoder('latin1').decode(head.subarray(0, 8)) === magic
  if (!isOpus) throw new UnreadableSoundError('not Ogg Opus')
  return view.getUint16(10, true)
}

function concatenate(parts: readonly Int16Array[], samples: number): Int16Array {
  const whole = new Int16Array(samples)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
