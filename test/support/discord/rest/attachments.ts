import { type APIAttachment, MessageFlags } from 'discord-api-types/v10'
import type { MessageBody } from '../state/message-body.ts'
import type { DiscordState } from '../state/state.ts'
import type { UploadedFile } from './request.ts'

/** Keeps uploaded files and describes them; `attachments[].id` of the body names the n of `files[n]`. */
export function storeFiles(
  state: DiscordState,
  files: readonly UploadedFile[],
  body: MessageBody,
): APIAttachment[] {
  return files.map((file) => {
    const told = body.attachments?.find(({ id }) => id === file.index)
    const id = state.newId()
    state.files.set(id, file.bytes)
    const filename = told?.filename ?? file.name
    const url = `${state.origin}/attachments/${id}/${encodeURIComponent(filename)}`
    const isVoice = ((body.flags ?? 0) & MessageFlags.IsVoiceMessage) !== 0
    return {
      id,
      filename,
      size: file.bytes.length,
      url,
      proxy_url: url,
      content_type: file.contentType,
      ...(told?.description ? { description: told.description } : {}),
      ...(isVoice ? { duration_secs: 1, waveform: '' } : {}),
    }
  })
}

/** On edit, attachments that the body does not list are taken away; without a list all stay. */
export function keptAttachments(known: APIAttachment[], body: MessageBody): APIAttachment[] {
  const listed = body.attachments
  return listed ? known.filter(({ id }) => listed.some((entry) => entry.id === id)) : known
}
