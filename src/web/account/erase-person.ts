import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { cancelChat } from '#core/bus/chat-bus.ts'
import { erasureOf } from '#core/bus/erasure.ts'
import type { ChatCancel } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { type ChatAccount, chatAccounts } from '#core/store/chat-accounts.ts'
import type { Database } from '#core/store/database.ts'
import { type DeletedPerson, deletePerson } from '#core/store/delete-person.ts'
import type { PersonId } from '#core/store/ids.ts'
import { isAvatarWorn, isMotionUsed, type OverlayOwner, overlaysOf } from '#core/store/overlays.ts'
import { announceOverlayChange } from '../stage/overlay-changes.ts'
import type { WebDeps } from '../web-deps.ts'

export interface Erased {
  readonly turns: number
  readonly overlays: number
  /** False: the database is done, and the bus could not be reached. */
  readonly isComplete: boolean
}

const busTimeoutMs = 10_000
/** Long enough for a checkpoint that was on its way when its turn was stopped. */
const settleMs = 300

/**
 * Removes a person from everything: the database first, since nothing is stored for somebody who is not there; then what
 * runs is stopped, and what it left on the bus and on disk is erased.
 */
export async function erasePerson(
  { chat, stage, signal }: Pick<WebDeps, 'chat' | 'stage' | 'signal'>,
  personId: PersonId,
  owner: OverlayOwner,
): Promise<Erased> {
  const { db, bus, logger } = chat
  const onAir = await overlaysOf(db, owner)
  const deleted = await deletePerson(db, personId, owner)
  for (const { id } of onAir) announceOverlayChange(bus, id)
  const accounts = chatAccounts(deleted.accounts)
  stopAll(bus, accounts)
  await removeFiles(db, stage.avatars, deleted)
  const timely = AbortSignal.any([signal, AbortSignal.timeout(busTimeoutMs)])
  const what = erasureOf(accounts)
  try {
    await bus.erase(what, { signal: timely })
    await delay(settleMs, undefined, { signal: timely })
    await bus.erase(what, { signal: timely })
  } catch (error) {
    logger.error('what the bus holds of a deleted person could not be erased', { error })
    return { ...deleted, isComplete: false }
  }
  return { ...deleted, isComplete: true }
}

/** Not as deleted messages: that would leave marks which name the account. */
function stopAll(bus: WebDeps['chat']['bus'], accounts: readonly ChatAccount[]): void {
  for (const account of accounts) {
    const id = randomUUID()
    const cancel: ChatCancel = {
      v: protocolVersion,
      id,
      at: Date.now(),
      correlationId: id,
      type: 'chat.cancel',
      reason: 'stop',
    }
    cancelChat(bus, userKey(account), cancel)
  }
}

async function removeFiles(
  db: Database,
  avatars: WebDeps['stage']['avatars'],
  { files }: DeletedPerson,
): Promise<void> {
  for (const name of files)
    if (!(await isAvatarWorn(db, name)) && !(await isMotionUsed(db, name))) await avatars.remove(name)
}
