import { z } from 'zod'
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

interface Account {
  readonly platform: string
  readonly platformUserId: string
}

/** Everything on the bus that is of these accounts. */
export function erasureOf(accounts: readonly Account[]): Erasure {
  const users = accounts.flatMap(({ platform, platformUserId }) =>
    isPlatform(platform) ? [{ platform, platformUserId }] : [],
  )
  const work = users.map((user) => chatRequestSubject(userKey(user)))
  const ids = new Set(users.map(({ platformUserId }) => platformUserId))
  const stages = users.filter(({ platform }) => platform === 'web')
  return {
    work,
    records: [
      ...users.map((user) => chatRecordSubject(userKey(user), '*')),
      ...stages.map(({ platformUserId }) => voiceStageRecordSubject(webStage(platformUserId))),
    ],
    isMeant: ({ headers, body }) => work.includes(headers['dead-subject'] ?? '') || wasSaidBy(ids, body),
  }
}

const platforms = new Set(['discord', 'twitch', 'web'])

function isPlatform(name: string): name is 'discord' | 'twitch' | 'web' {
  return platforms.has(name)
}

const transcripts = z.discriminatedUnion('type', [VoiceTranscript])

function wasSaidBy(ids: ReadonlySet<string>, body: Uint8Array): boolean {
  const decoded = decodeMessage(body, transcripts)
  if (decoded.kind !== 'message') return false
  const { speaker } = decoded.message
  return speaker.kind === 'person' && ids.has(speaker.platformUserId)
}
