import type { APIAttachment } from 'discord-api-types/v10'
import type { MessageBody } from '../state/message-body.ts'
import type { DiscordState } from '../state/state.ts'
import { keepUploads } from '../state/uploads.ts'
import type { UploadedFile } from './request.ts'

/** Keeps uploaded files and describes them; `attachments[].id` of the body names the n of `files[n]`. */
export function storeFiles(
  state: DiscordState,
  files: readonly UploadedFile[],
  body: MessageBody,
): APIAttachment[] {
  return files.flatMap((file) => {
    const told = body.attachments?.find(({ id }) => id === file.index)
    const description = told?.description
    const kept = keepUploads(state, [{ ...file, name: told?.filename ?? file.name }])
    return kept.map((attachment) => (description ? { ...attachment, description } : attachment))
  })
}

/** On edit, attachments that the body does not list are taken away; without a list all stay. */
export function keptAttachments(known: APIAttachment[], body: MessageBody): APIAttachment[] {
  const listed = body.attachments
  return listed ? known.filter(({ id }) => listed.some((entry) => entry.id === id)) : known
}
