import { randomUUID } from 'node:crypto'
import type { Bus } from '#core/bus/bus.ts'
import { publishStage } from '#core/bus/stage-bus.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { frameMs } from '#core/protocol/stage.ts'
import { clapFrames, clapSamples, clapShape } from '#core/voice/clap.ts'
import { playoutRateHz } from '#core/voice/frame.ts'

const peak = 24_000
/** Early enough that every viewer has it before it is due, also over a bad line. */
const aheadMs = 600

/**
 * Claps once on a stage: the mouth opens wide and the light flashes for 120 ms, with the sound of a clap for overlays
 * that play sound. Everybody on that stage sees it.
 * @returns when it is heard, in milliseconds since the epoch
 */
export function clap(bus: Bus, stage: string, now: number): number {
  const playAt = Math.ceil(now) + aheadMs
  const utteranceId = `clap-${randomUUID()}`
  const envelope = (part: string) =>
    ({
      v: protocolVersion,
      id: `${utteranceId}-${part}`,
      at: Math.floor(now),
      correlationId: utteranceId,
    }) as const
  const at = { utteranceId, firstFrame: 0, playAt }
  publishStage(bus, stage, { ...envelope('start'), type: 'stage.utterance.start', utteranceId, playAt })
  publishStage(bus, stage, { ...envelope('mouth'), type: 'stage.mouth', ...at, frames: wideOpen() })
  publishStage(bus, stage, {
    ...envelope('audio'),
    type: 'stage.audio',
    ...at,
    sampleRateHz: playoutRateHz,
    pcm: new Uint8Array(clapSamples(peak).buffer),
  })
  const end = playAt + clapFrames * frameMs
  publishStage(bus, stage, { ...envelope('end'), type: 'stage.utterance.end', utteranceId, at: end })
  return playAt
}

function wideOpen(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Array.from({ length: clapFrames }, () => clapShape).flat())
}
