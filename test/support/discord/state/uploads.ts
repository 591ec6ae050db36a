import type { APIAttachment } from 'discord-api-types/v10'
import type { DiscordState } from './state.ts'

/** A file that somebody adds to a message. */
export interface Upload {
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array
  /** Of a voice message: its length and its picture (message.mdx, "Voice Messages"). */
  readonly voice?: { readonly durationSeconds: number; readonly waveform: string }
}

export function keepUploads(state: DiscordState, uploads: readonly Upload[]): APIAttachment[] {
  return uploads.map(({ name, contentType, bytes, voice }) => {
    const id = state.newId()
    state.files.set(id, { bytes, contentType })
    const url = `${state.origin}/attachments/${id}/${encodeURIComponent(name)}`
    return {
      id,
      filename: name,
      size: bytes.length,
      url,
      proxy_url: url,
      content_type: contentType,
      ...(voice === undefined ? {} : { duration_secs: voice.durationSeconds, waveform: voice.waveform }),
    }
  })
}
