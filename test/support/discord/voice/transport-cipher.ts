import { createCipheriv, createDecipheriv } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { VoiceEncryptionMode } from 'discord-api-types/voice/v8'

const tagBytes = 16
const counterBytes = 4

/** The two modes that Discord has not taken back. */
export type TransportMode =
  | VoiceEncryptionMode.AeadAes256GcmRtpSize
  | VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize

/** What bot and server share for the packets between them. */
export interface TransportKey {
  readonly mode: TransportMode
  readonly key: Uint8Array
}

/** The part of a packet that is readable and authenticated: with the X bit, the extension's four byte header too. */
export function authenticatedLength(packet: Uint8Array): number {
  return 12 + ((packet[0] ?? 0) & 0x10 ? 4 : 0)
}

/** `rtpsize` modes (voice-connections.mdx, "Transport Encryption Modes"): header, ciphertext, tag, counter. */
export function seal(
  { mode, key }: TransportKey,
  header: Uint8Array,
  payload: Uint8Array,
  counter: number,
): Buffer {
  const suffix = Buffer.alloc(counterBytes)
  suffix.writeUInt32BE(counter >>> 0)
  if (mode === VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize) {
    const sealed = xchacha20poly1305(key, nonceOf(suffix, 24), header).encrypt(payload)
    return Buffer.concat([header, sealed, suffix])
  }
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(suffix, 12)).setAAD(header)
  return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag(), suffix])
}

/** The payload, an extension's body included; undefined when it was made with another key or was changed. */
export function open({ mode, key }: TransportKey, packet: Buffer): Buffer | undefined {
  const start = authenticatedLength(packet)
  const end = packet.length - counterBytes
  if (end - tagBytes < start) return undefined
  const header = packet.subarray(0, start)
  const suffix = packet.subarray(end)
  try {
    if (mode === VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize) {
      const sealed = packet.subarray(start, end)
      return Buffer.from(xchacha20poly1305(key, nonceOf(suffix, 24), header).decrypt(sealed))
    }
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(suffix, 12)).setAAD(header)
    decipher.setAuthTag(packet.subarray(end - tagBytes, end))
    return Buffer.concat([decipher.update(packet.subarray(start, end - tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}

function nonceOf(counter: Uint8Array, length: number): Buffer {
  const nonce = Buffer.alloc(length)
  nonce.set(counter)
  return nonce
}
