import type { Database } from './database.ts'
import { and, desc, eq, inArray, isNull, sql } from './drizzle.ts'
import type { OverlayId, PersonId } from './ids.ts'
import { overlays } from './schema.ts'
import { storable } from './storable.ts'

export type Overlay = typeof overlays.$inferSelect
export type NewOverlay = Pick<Overlay, 'id' | 'ownerId' | 'name' | 'stage' | 'tokenHash' | 'settings'>
export type OverlayChange = Partial<Pick<Overlay, 'name' | 'stage' | 'tokenHash' | 'settings' | 'avatar'>>

/** Null is the local owner of an installation without sign-in. */
export type OverlayOwner = PersonId | null

export async function addOverlay(db: Database, overlay: NewOverlay): Promise<void> {
  await db.insert(overlays).values({ ...overlay, name: storable(overlay.name) })
}

/** One that was not removed, whoever owns it. */
export async function findOverlay(db: Database, id: string): Promise<Overlay | undefined> {
  const [row] = await db
    .select()
    .from(overlays)
    .where(and(eq(overlays.id, id as OverlayId), isNull(overlays.revokedAt)))
  return row
}

/** Those of the named ones that were not removed. */
export async function findOverlays(db: Database, ids: readonly OverlayId[]): Promise<Overlay[]> {
  return await db
    .select()
    .from(overlays)
    .where(and(inArray(overlays.id, [...ids]), isNull(overlays.revokedAt)))
}

/** Newest first. */
export async function overlaysOf(db: Database, ownerId: OverlayOwner): Promise<Overlay[]> {
  return await db
    .select()
    .from(overlays)
    .where(and(isOwnedBy(ownerId), isNull(overlays.revokedAt)))
    .orderBy(desc(overlays.createdAt))
}

/** False when this owner has no such overlay. */
export async function changeOverlay(
  db: Database,
  ownerId: OverlayOwner,
  id: string,
  change: OverlayChange,
): Promise<boolean> {
  const name = change.name === undefined ? {} : { name: storable(change.name) }
  return await update(db, ownerId, id, { ...change, ...name })
}

/** From here on its token opens nothing; the row stays so that its address is never given to another one. */
export async function revokeOverlay(db: Database, ownerId: OverlayOwner, id: string): Promise<boolean> {
  return await update(db, ownerId, id, { revokedAt: new Date(), tokenHash: '', name: '', avatar: null })
}

/** Remembers that these were on air just now. */
export async function sawOverlays(db: Database, ids: readonly OverlayId[]): Promise<void> {
  if (ids.length === 0) return
  await db
    .update(overlays)
    .set({ lastSeenAt: new Date() })
    .where(inArray(overlays.id, [...ids]))
}

/** Whether an uploaded avatar is worn by any overlay. */
export async function isAvatarWorn(db: Database, avatar: string): Promise<boolean> {
  const [row] = await db
    .select({ id: overlays.id })
    .from(overlays)
    .where(eq(overlays.avatar, avatar))
    .limit(1)
  return row !== undefined
}

/** Whether an uploaded motion is used by any overlay. */
export async function isMotionUsed(db: Database, motion: string): Promise<boolean> {
  const [row] = await db
    .select({ id: overlays.id })
    .from(overlays)
    .where(sql`${overlays.settings} ->> 'motion' = ${motion}`)
    .limit(1)
  return row !== undefined
}

async function update(
  db: Database,
  ownerId: OverlayOwner,
  id: string,
  values: Partial<Overlay>,
): Promise<boolean> {
  const changed = await db
    .update(overlays)
    .set(values)
    .where(and(eq(overlays.id, id as OverlayId), isOwnedBy(ownerId), isNull(overlays.revokedAt)))
    .returning({ id: overlays.id })
  return changed.length > 0
}

export function isOwnedBy(ownerId: OverlayOwner) {
  return ownerId === null ? isNull(overlays.ownerId) : eq(overlays.ownerId, ownerId)
}
