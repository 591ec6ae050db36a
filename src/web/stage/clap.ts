import { randomUUID } from 'node:crypto'
import type { Bus } from '#core/bus/bus.ts'
import { publishStage } from '#core/bus/stage-bus.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { frameMs, mouthFrameBytes } from '#core/protocol/stage.ts'

const sampleRateHz = 48_000
const openFrames = 6
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
    sampleRateHz,
    pcm: clapSound(),
  })
  const end = playAt + openFrames * frameMs
  publishStage(bus, stage, { ...envelope('end'), type: 'stage.utterance.end', utteranceId, at: end })
  return playAt
}

/** aa and the level at their most; the other vowels at rest. */
function wideOpen(): Uint8Array<ArrayBuffer> {
  const frames = new Uint8Array(openFrames * mouthFrameBytes)
  for (let frame = 0; frame < openFrames; frame++) {
    frames[frame * mouthFrameBytes] = 255
    frames[frame * mouthFrameBytes + 5] = 255
  }
  return frames
}

/** Noise that dies away within 40 ms; always the same, so that it can be recognised. */
function clapSound(): Uint8Array<ArrayBuffer> {
  const samples = new Int16Array((openFrames * frameMs * sampleRateHz) / 1_000)
  let noise = 1
  for (let index = 0; index < samples.length; index++) {
    noise = (noise * 48_271) % 2_147_483_647
    samples[index] = 24_000 * (noise / 1_073_741_823.5 - 1) * Math.exp(-index / (0.012 * sampleRateHz))
  }
  return new Uint8Array(samples.buffer)
}
