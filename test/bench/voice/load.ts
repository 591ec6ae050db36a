import { setTimeout as sleep } from 'node:timers/promises'

/** One conversation with a system under test. */
export interface Talker {
  /** The person has finished (mode A). */
  commit(): void
  /** 20 ms of sound at 48 kHz, as a microphone gives it (mode B). */
  push(samples: Int16Array, atMs: number): void
  /** Set by the load: called at the first frame of each answer with the number of its question. */
  onFirstFrame: (question: number, atMs: number) => void
}

export interface System extends AsyncDisposable {
  open(index: number): Promise<Talker>
}

export interface Load {
  readonly mode: 'A' | 'B'
  readonly sessions: number
  readonly isBurst: boolean
  readonly rounds: number
  readonly cycleMs: number
  /** What each person says in mode B, at 48 kHz. */
  readonly clip?: Int16Array | undefined
}

/** Times in milliseconds since the epoch. */
export interface Taken {
  readonly session: number
  readonly round: number
  readonly endedMs: number
  readonly firstFrameMs: number
  readonly question: number
}

export interface LoadResult {
  readonly taken: Taken[]
  readonly asked: number
  readonly seconds: number
  readonly lateP99Ms: number
}

const epochOf = (atMs: number) => performance.timeOrigin + atMs

/**
 * Lets sessions ask questions at absolute times, all at once or spread over a cycle. The first round warms up; `onWarm`
 * is called when it is over.
 */
export async function runLoad(system: System, load: Load, onWarm: () => void): Promise<LoadResult> {
  const talkers = await Promise.all(Array.from({ length: load.sessions }, (_, index) => system.open(index)))
  const lateMs: number[] = []
  const taken: Taken[] = []
  const startMs = performance.now() + 200
  const warmMs = startMs + load.cycleMs
  await Promise.all([
    sleep(warmMs - performance.now()).then(onWarm),
    ...talkers.map((talker, index) => ask(talker, { index, load, startMs, taken, lateMs })),
    ...(load.mode === 'B' ? [pump(talkers, load, startMs)] : []),
  ])
  lateMs.sort((one, other) => one - other)
  return {
    taken: taken.filter(({ round }) => round > 0),
    asked: load.sessions * (load.rounds - 1),
    seconds: (performance.now() - warmMs) / 1_000,
    lateP99Ms: lateMs[Math.floor(lateMs.length * 0.99)] ?? 0,
  }
}

interface Asking {
  readonly index: number
  readonly load: Load
  readonly startMs: number
  readonly taken: Taken[]
  readonly lateMs: number[]
}

async function ask(talker: Talker, { index, load, startMs, taken, lateMs }: Asking): Promise<void> {
  const firstMs = startMs + delayOf(index, load)
  for (let round = 0; round < load.rounds; round += 1) {
    const dueMs = firstMs + round * load.cycleMs + endOfSpeechMs(load)
    talker.onFirstFrame = (question, atMs) => {
      talker.onFirstFrame = () => undefined
      taken.push({ session: index, round, endedMs: epochOf(endedMs), firstFrameMs: epochOf(atMs), question })
    }
    let endedMs = dueMs
    await sleep(Math.max(0, dueMs - performance.now()))
    if (load.mode === 'A') {
      endedMs = performance.now()
      lateMs.push(endedMs - dueMs)
      talker.commit()
    }
    await sleep(Math.max(0, firstMs + (round + 1) * load.cycleMs - 50 - performance.now()))
  }
}

function delayOf(index: number, { isBurst, sessions, cycleMs }: Load): number {
  return isBurst ? 0 : (index * cycleMs) / sessions
}

/** The last sample that is louder than -38 dB. */
function endOfSpeechMs({ mode, clip }: Load): number {
  if (mode === 'A' || clip === undefined) return 0
  return (clip.findLastIndex((sample) => Math.abs(sample) > 400) + 1) / 48
}

const frameSamples = 960
const silence = new Int16Array(frameSamples)

/** Every microphone gives 20 ms at a time, always. */
async function pump(talkers: readonly Talker[], load: Load, startMs: number): Promise<void> {
  const { clip = silence, rounds, cycleMs } = load
  const clipFrames = Math.ceil(clip.length / frameSamples)
  const cycleFrames = cycleMs / 20
  for (let tick = 0; tick < (rounds + 1) * cycleFrames; tick += 1) {
    // A frame is there when its last sample is.
    const dueMs = startMs + (tick + 1) * 20
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    for (const [index, talker] of talkers.entries()) {
      const frame = tick - Math.round(delayOf(index, load) / 20)
      const place = ((frame % cycleFrames) + cycleFrames) % cycleFrames
      const isSpeech = frame >= 0 && frame < rounds * cycleFrames && place < clipFrames
      talker.push(isSpeech ? frameOf(clip, place) : silence, dueMs)
    }
  }
}

function frameOf(clip: Int16Array, place: number): Int16Array {
  const frame = clip.slice(place * frameSamples, (place + 1) * frameSamples)
  if (frame.length === frameSamples) return frame
  const padded = new Int16Array(frameSamples)
  padded.set(frame)
  return padded
}
