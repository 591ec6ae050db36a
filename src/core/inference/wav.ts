import type { Pcm } from './ports.ts'

/** RIFF/WAVE, http://soundfile.sapp.org/doc/WaveFormat/ */
const headerBytes = 44

/** Mono 16-bit PCM as a WAV file. */
export function encodeWav({ samples, sampleRateHz }: Pcm): Uint8Array {
  const wav = Buffer.alloc(headerBytes + samples.byteLength)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(sampleRateHz, 24)
  wav.writeUInt32LE(sampleRateHz * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(samples.byteLength, 40)
  wav.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), headerBytes)
  return wav
}

export type WavStart =
  | { readonly type: 'header'; readonly sampleRateHz: number; readonly dataStart: number }
  | { readonly type: 'needs-more' }
  | { readonly type: 'not-wav' }
  | { readonly type: 'unsupported'; readonly what: string }

/**
 * Reads the start of a file as it arrives. The sizes that a streaming server writes are not known to it and therefore
 * not believed.
 */
export function readWavStart(bytes: Buffer): WavStart {
  if (bytes.length < 12)
    return 'RIFF'.startsWith(bytes.toString('latin1', 0, 4)) ? { type: 'needs-more' } : { type: 'not-wav' }
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return { type: 'not-wav' }
  let format: { encoding: number; channels: number; sampleRateHz: number; bits: number } | undefined
  let offset = 12
  while (offset + 8 <= bytes.length) {
    const id = bytes.toString('latin1', offset, offset + 4)
    const size = bytes.readUInt32LE(offset + 4)
    const start = offset + 8
    if (id === 'data')
      return format ? supported(format, start) : { type: 'unsupported', what: 'a WAV without a format' }
    if (id === 'fmt ') {
      if (start + 16 > bytes.length) return { type: 'needs-more' }
      format = {
        encoding: bytes.readUInt16LE(start),
        channels: bytes.readUInt16LE(start + 2),
        sampleRateHz: bytes.readUInt32LE(start + 4),
        bits: bytes.readUInt16LE(start + 14),
      }
    }
    offset = start + size + (size % 2)
  }
  return { type: 'needs-more' }
}

/** 0xFFFE is WAVE_FORMAT_EXTENSIBLE, which some encoders write for plain PCM. */
function supported(
  format: { encoding: number; channels: number; sampleRateHz: number; bits: number },
  dataStart: number,
): WavStart {
  const isPcm = format.encoding === 1 || format.encoding === 0xfffe
  if (isPcm && format.channels === 1 && format.bits === 16)
    return { type: 'header', sampleRateHz: format.sampleRateHz, dataStart }
  return { type: 'unsupported', what: `${format.channels}-channel ${format.bits}-bit audio` }
}
