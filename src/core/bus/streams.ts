import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import { maxMessageBytes } from '#core/protocol/codec.ts'
import { StreamConflictError } from './errors.ts'

export const requestStream = 'CHAT_REQUESTS'
export const recordStream = 'CHAT_RECORDS'
export const triesStream = 'CHAT_TRIES'
export const deadStream = 'DEAD_LETTERS'
export const stageStream = 'VOICE_STAGES'
export const transcriptStream = 'VOICE_TRANSCRIPTS'
export const workers = 'chat-workers'

/** Raised with each change to what is below: an older process that comes back must not undo the work of a newer one. */
export const layoutRevision = 2

export interface StreamSettings {
  readonly laneLimit: number
  readonly ackWaitMs: number
  /** Left as the broker has it when undefined, so that an operator may raise it by hand. */
  readonly replicas?: number | undefined
}

type WantedStream = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects' | 'storage'>
type WantedConsumer = Partial<ConsumerConfig>

const minutes = (count: number) => nanos(count * 60_000)

/** The stream that keeps the records of this subject. */
export function recordStreamOf(subject: string): string {
  return subject.startsWith('ai.voice.stage.') ? stageStream : recordStream
}

/** Only what nats-server 2.9 knows. */
export function wantedStreams({ laneLimit, replicas }: StreamSettings): WantedStream[] {
  const common = {
    description: `companions, layout ${layoutRevision}`,
    storage: StorageType.File,
    max_msg_size: maxMessageBytes,
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
  }
  return [
    {
      ...common,
      name: requestStream,
      subjects: ['ai.chat.request.*'],
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      discard_new_per_subject: true,
      max_msgs_per_subject: laneLimit,
      max_msgs: 100_000,
      duplicate_window: minutes(2),
    },
    {
      // The newest record of a turn holds all that came before it; a retraction therefore erases the text.
      ...common,
      name: recordStream,
      subjects: ['ai.chat.reply.*.*.record'],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs_per_subject: 1,
      max_msgs: 100_000,
      max_age: minutes(60),
      duplicate_window: minutes(2),
    },
    {
      ...common,
      name: triesStream,
      subjects: ['ai.chat.tries.*'],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs_per_subject: 1,
      max_msgs: 100_000,
      max_age: minutes(60),
      duplicate_window: minutes(2),
    },
    {
      ...common,
      name: deadStream,
      subjects: ['ai.dead.>'],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs: 10_000,
      max_age: minutes(7 * 24 * 60),
      duplicate_window: minutes(2),
    },
    {
      // How each stage looks now, for viewers that come late. In memory: after a broker's restart the next change says it.
      ...common,
      name: stageStream,
      subjects: ['ai.voice.stage.*.record'],
      storage: StorageType.Memory,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs_per_subject: 1,
      max_msgs: 100_000,
      max_age: minutes(24 * 60),
      duplicate_window: minutes(2),
    },
    {
      // Who said what in a call, of those who agreed; kept for whoever writes it down, not for ever.
      ...common,
      name: transcriptStream,
      subjects: ['ai.voice.transcript.*'],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs: 100_000,
      max_age: minutes(60),
      duplicate_window: minutes(2),
    },
  ]
}

/**
 * `max_deliver` stays unlimited: at the limit a broker leaves the message in the stream and hands it to nobody, which
 * would block its lane for good. Tries are counted by the workers instead.
 */
function wantedConsumer({ ackWaitMs }: StreamSettings): WantedConsumer {
  return {
    durable_name: workers,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: 10_000,
    filter_subject: 'ai.chat.request.*',
  }
}

/** Makes what is missing and changes what differs; any number of processes may do so at the same time. @throws StreamConflictError */
export async function ensureStreams(jsm: JetStreamManager, settings: StreamSettings): Promise<void> {
  for (const wanted of wantedStreams(settings)) await ensureStream(jsm, wanted)
  await ensureConsumer(jsm, wantedConsumer(settings))
}

async function ensureStream(jsm: JetStreamManager, wanted: WantedStream): Promise<void> {
  const found = await unlessMissing(jsm.streams.info(wanted.name), JetStreamApiCodes.StreamNotFound)
  if (!found) {
    await createStream(jsm, wanted)
    return
  }
  const changes = differences(wanted, found.config)
  if (changes.length === 0 || revisionOf(found) > layoutRevision) return
  const fixed = changes.filter((key) => key === 'retention' || key === 'storage')
  if (fixed.length > 0) throw new StreamConflictError(wanted.name, fixed)
  await jsm.streams.update(wanted.name, wanted)
}

/** Another process may have been first; then what it made is looked at instead. */
async function createStream(jsm: JetStreamManager, wanted: WantedStream): Promise<void> {
  try {
    await jsm.streams.add(wanted)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== nameInUse) throw error
    await ensureStream(jsm, wanted)
  }
}

async function ensureConsumer(jsm: JetStreamManager, wanted: WantedConsumer): Promise<void> {
  const found = await unlessMissing(
    jsm.consumers.info(requestStream, workers),
    JetStreamApiCodes.ConsumerNotFound,
  )
  if (found && differences(wanted, found.config).length === 0) return
  if (found) {
    await jsm.consumers.update(requestStream, workers, wanted)
    return
  }
  try {
    await jsm.consumers.add(requestStream, wanted)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) throw error
    await ensureConsumer(jsm, wanted)
  }
}

const nameInUse = 10058
const consumerExists = 10148

async function unlessMissing<T>(asked: Promise<T>, missingCode: number): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missingCode) return undefined
    throw error
  }
}

function differences(wanted: object, found: object): string[] {
  const there = new Map(Object.entries(found))
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(there.get(key)))
    .map(([key]) => key)
}

function revisionOf({ config }: StreamInfo): number {
  return Number(/layout (\d+)$/.exec(config.description ?? '')?.[1] ?? 0)
}
