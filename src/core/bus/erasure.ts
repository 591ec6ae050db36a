import { z } from 'zod'
import type { Author } from '#core/protocol/chat.ts'
import { decodeMessage } from '#core/protocol/codec.ts'
import { webStage } from '#core/protocol/stage-id.ts'
import {
  chatRecordSubject,
  chatRequestSubject,
  userKey,
  voiceStageRecordSubject,
} from '#core/protocol/subjects.ts'
import { VoiceTranscript } from '#core/protocol/voice.ts'
import type { BusMessage } from './bus.ts'

/** What a bus keeps and is to forget for good. */
export interface Erasure {
  /** Waiting work, in the queue and in the outbox of this process. */
  readonly work: readonly string[]
  /** Records; `*` as in NATS. */
  readonly records: readonly string[]
  /** Asked for each dead letter and each transcript of a call that is still there. */
  isMeant(message: BusMessage): boolean
}

type Account = Pick<Author, 'platform' | 'platformUserId'>

/** Everything on the bus that is of these accounts. */
export function erasureOf(accounts: readonly Account[]): Erasure {
  const users = accounts.map(userKey)
  const work = users.map(chatRequestSubject)
  const ids = new Set(accounts.map(({ platformUserId }) => platformUserId))
  const stages = accounts.filter(({ platform }) => platform === 'web')
  return {
    work,
    records: [
      ...users.map((user) => chatRecordSubject(user, '*')),
      ...stages.map(({ platformUserId }) => voiceStageRecordSubject(webStage(platformUserId))),
    ],
    isMeant: ({ headers, body }) => work.includes(headers['dead-subject'] ?? '') || wasSaidBy(ids, body),
  }
}

const transcripts = z.discriminatedUnion('type', [VoiceTranscript])

function wasSaidBy(ids: ReadonlySet<string>, body: Uint8Array): boolean {
  const decoded = decodeMessage(body, transcripts)
  if (decoded.kind !== 'message') return false
  const { speaker } = decoded.message
  return speaker.kind === 'person' && ids.has(speaker.platformUserId)
}
