import { z } from 'zod'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { StageEvent, StageSnapshot } from '#core/protocol/stage.ts'
import { voiceStageRecordSubject, voiceStageSubject } from '#core/protocol/subjects.ts'
import type { Bus } from './bus.ts'

/** The stage flow on any bus. `stage` is a name that protocol/stage-id.ts makes. */

/** Tells the viewers of now. Never waits. */
export function publishStage(bus: Bus, stage: string, event: StageEvent): void {
  bus.publish(voiceStageSubject(stage), encodeMessage(event))
}

/** Keeps how the stage looks for viewers that come late; it replaces what was kept. @throws BusUnavailableError */
export async function recordStage(bus: Bus, snapshot: StageSnapshot): Promise<void> {
  await bus.record(voiceStageRecordSubject(snapshot.stage), encodeMessage(snapshot), { id: snapshot.id })
}

/** @throws BusUnavailableError */
export async function lastStageLook(
  bus: Bus,
  stage: string,
  options: { signal?: AbortSignal } = {},
): Promise<StageSnapshot | undefined> {
  const message = await bus.lastRecord(voiceStageRecordSubject(stage), options)
  const decoded = message && decodeMessage(message.body, snapshotUnion)
  return decoded?.kind === 'message' ? decoded.message : undefined
}

const snapshotUnion = z.discriminatedUnion('type', [StageSnapshot])

/** Live events of a stage; listening has begun when the call returns. What cannot be read is skipped. */
export function followStage(
  bus: Bus,
  stage: string,
  options: { signal: AbortSignal; capacity?: number },
): AsyncIterable<StageEvent> {
  const messages = bus.subscribe(voiceStageSubject(stage), options)
  return {
    async *[Symbol.asyncIterator]() {
      for await (const { body } of messages) {
        const decoded = decodeMessage(body, StageEvent)
        if (decoded.kind === 'message') yield decoded.message
      }
    },
  }
}
