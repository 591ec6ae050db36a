import type { Pcm } from '#core/inference/ports.ts'

const headerBytes = 44

/** A WAV file of mono 16-bit sound. http://soundfile.sapp.org/doc/WaveFormat/ */
export function toWav({ samples, sampleRateHz }: Pcm): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + samples.length * 2)
  const view = new DataView(file.buffer)
  const ascii = (offset: number, text: string) => file.set(new TextEncoder().encode(text), offset)
  ascii(0, 'RIFF')
  view.setUint32(4, file.length - 8, true)
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  ascii(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  for (const [index, sample] of samples.entries()) view.setInt16(headerBytes + index * 2, sample, true)
  return file
}
