import type { Author } from '#core/protocol/chat.ts'
import type { Database } from '#core/store/database.ts'
import { findOverlay, type Overlay, type OverlayOwner } from '#core/store/overlays.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { localOwner } from '../access/identity.ts'
import { isToken } from './tokens.ts'

/** Whose overlays somebody may see and change. */
export async function ownerOf(db: Database, author: Author): Promise<OverlayOwner> {
  if (author === localOwner) return null
  return (await ensureAuthor(db, author)).personId
}

/** The overlay that a viewer may look at: with its token, or as its owner on our own page. */
export async function admit(
  db: Database,
  { overlay: id, token }: { readonly overlay: string; readonly token?: string | undefined },
  author: Author | undefined,
): Promise<Overlay | undefined> {
  const overlay = await findOverlay(db, id)
  if (overlay === undefined) return undefined
  if (token !== undefined) return isToken(token, overlay.tokenHash) ? overlay : undefined
  if (author === undefined) return undefined
  return (await ownerOf(db, author)) === overlay.ownerId ? overlay : undefined
}
