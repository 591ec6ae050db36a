/**
 * Sound on its way to a viewer, little-endian: playAt (f64), sample rate (u32), first frame (u32), length of the utterance's
 * id in bytes (u16), the id, then 16-bit samples, which may begin at an odd byte.
 */
export interface SoundFrame {
  readonly utterance: string
  readonly playAt: number
  readonly sampleRateHz: number
  readonly firstFrame: number
  readonly pcm: Uint8Array
}

const idAt = 18

export function encodeSound({ utterance, playAt, sampleRateHz, firstFrame, pcm }: SoundFrame): Uint8Array {
  const id = new TextEncoder().encode(utterance)
  const bytes = new Uint8Array(idAt + id.length + pcm.length)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, playAt, true)
  view.setUint32(8, sampleRateHz, true)
  view.setUint32(12, firstFrame, true)
  view.setUint16(16, id.length, true)
  bytes.set(id, idAt)
  bytes.set(pcm, idAt + id.length)
  return bytes
}

/** Undefined for what is not such a frame. */
export function decodeSound(bytes: Uint8Array): SoundFrame | undefined {
  if (bytes.length < idAt) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const pcmAt = idAt + view.getUint16(16, true)
  if (pcmAt > bytes.length) return undefined
  return {
    playAt: view.getFloat64(0, true),
    sampleRateHz: view.getUint32(8, true),
    firstFrame: view.getUint32(12, true),
    utterance: new TextDecoder().decode(bytes.subarray(idAt, pcmAt)),
    pcm: bytes.subarray(pcmAt),
  }
}
