import { createDecoder, type OpusDecoderHandle } from 'libopus-wasm'
import type { HeardPacket } from './hearing.ts'
import { frameMs, sampleRateHz, samplesPerFrame, silenceFrame } from './sound.ts'

export interface HeardFrame {
  /** When it came, in milliseconds of the Unix epoch with a fraction. */
  readonly at: number
  readonly sequence: number
  readonly timestamp: number
  /** One of the frames that end a sound, by which clients tell an end from a loss. */
  readonly isSilence: boolean
  /** Root mean square of its samples; 0 when it could not be decrypted. */
  readonly level: number
  readonly isEndToEnd: boolean
}

interface Gap {
  readonly at: number
  readonly ms: number
}

export interface Heard {
  /** 48 kHz mono as a listener gets it: pauses between frames as silence, losses concealed. */
  readonly samples: Int16Array
  readonly frames: readonly HeardFrame[]
  readonly firstFrameAt: number | undefined
  /** The first frame with something in it. */
  readonly firstSoundAt: number | undefined
  readonly lastSoundAt: number | undefined
  /** Frames that came more than 40 ms after the one before, though it was not the end of a sound. */
  readonly gaps: readonly Gap[]
  /** Sequence numbers that never came. */
  readonly lost: number
  readonly undecryptable: number
}

const soundLevel = 50
const gapMs = 2 * frameMs

/** Decodes packets in the order of their sequence numbers. */
export async function decodeHeard(packets: readonly HeardPacket[]): Promise<Heard> {
  using decoder = await createDecoder({ channels: 1, sampleRate: sampleRateHz })
  const ordered = inOrder(packets)
  const decoded = ordered.map((packet) => ({ packet, pcm: decodePacket(decoder, packet) }))
  const frames = decoded.map(({ packet, pcm }) => toFrame(packet, pcm))
  const loud = frames.filter(({ level }) => level > soundLevel)
  return {
    samples: layOut(decoded),
    frames,
    firstFrameAt: frames[0]?.at,
    firstSoundAt: loud[0]?.at,
    lastSoundAt: loud.at(-1)?.at,
    gaps: findGaps(frames),
    lost: countLost(ordered),
    undecryptable: packets.filter(({ opus }) => opus === undefined).length,
  }
}

interface PlacedPacket extends HeardPacket {
  /** The sequence number without its wrap after 65 535. */
  readonly place: number
}

/** Duplicates taken out; late ones put where they belong, within their session. */
function inOrder(packets: readonly HeardPacket[]): PlacedPacket[] {
  const sessions = Map.groupBy(packets, ({ sessionId }) => sessionId)
  return [...sessions.values()].flatMap((all) => {
    let last = all[0]?.sequence ?? 0
    const known = new Map<number, PlacedPacket>()
    for (const packet of all) {
      last += signed16(packet.sequence - last)
      if (!known.has(last)) known.set(last, { ...packet, place: last })
    }
    return [...known.values()].sort((a, b) => a.place - b.place)
  })
}

const signed16 = (value: number) => (value << 16) >> 16

function decodePacket(decoder: OpusDecoderHandle, { opus }: HeardPacket): Int16Array {
  try {
    return opus === undefined ? new Int16Array(samplesPerFrame) : decoder.decode(opus)
  } catch {
    // Not Opus after all: what a listener would hear as a loss.
    return decoder.decodePacketLoss(samplesPerFrame)
  }
}

function toFrame({ at, sequence, timestamp, opus, isEndToEnd }: HeardPacket, pcm: Int16Array): HeardFrame {
  const isSilence = opus !== undefined && silenceFrame.equals(opus)
  const level = Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length))
  return { at, sequence, timestamp, isSilence, level, isEndToEnd }
}

/** On the clock of the wall: a frame begins when it came, but never before the end of the one before. */
function layOut(decoded: readonly { packet: HeardPacket; pcm: Int16Array }[]): Int16Array {
  const start = decoded[0]?.packet.at ?? 0
  let end = 0
  const places = decoded.map(({ packet, pcm }) => {
    const due = Math.round(((packet.at - start) * sampleRateHz) / 1_000)
    // Jitter is not heard: a player has a buffer. Only a real pause is laid out as one.
    const at = due - end > (gapMs * sampleRateHz) / 1_000 ? due : end
    end = at + pcm.length
    return { at, pcm }
  })
  const samples = new Int16Array(end)
  for (const { at, pcm } of places) samples.set(pcm, at)
  return samples
}

function findGaps(frames: readonly HeardFrame[]): Gap[] {
  return frames.flatMap((frame, n) => {
    const before = frames[n - 1]
    if (before === undefined || before.isSilence) return []
    const ms = frame.at - before.at
    return ms > gapMs ? [{ at: before.at, ms }] : []
  })
}

function countLost(ordered: readonly PlacedPacket[]): number {
  return ordered.reduce((lost, packet, n) => {
    const before = ordered[n - 1]
    if (before?.sessionId !== packet.sessionId) return lost
    return lost + packet.place - before.place - 1
  }, 0)
}
