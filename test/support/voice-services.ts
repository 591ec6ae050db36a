import type { ChatChunk, Synthesizer, Transcriber } from '#core/inference/ports.ts'
import type { VoiceClock } from '#core/voice/clock.ts'

/** Resolves after so long on the clock, or rejects when the signal aborts. */
export function passTime(clock: VoiceClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(clock.now() + ms, resolve)
    const abort = () => {
      timer[Symbol.dispose]()
      reject(signal.reason)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

export interface ScriptedRecogniser extends Transcriber {
  /** What each next request is answered with; the last repeats. */
  answers: (string | Error)[]
  /** Requests that were begun, given up and finished. */
  readonly counts: { begun: number; aborted: number; finished: number }
}

/** A recogniser that takes 100 ms on the clock. */
export function scriptedRecogniser(clock: VoiceClock, ...answers: (string | Error)[]): ScriptedRecogniser {
  const counts = { begun: 0, aborted: 0, finished: 0 }
  const recogniser: ScriptedRecogniser = {
    name: 'scripted',
    answers,
    counts,
    async transcribe(_audio, { signal }) {
      counts.begun += 1
      const answer = recogniser.answers.length > 1 ? recogniser.answers.shift() : recogniser.answers[0]
      try {
        await passTime(clock, 100, signal)
      } catch (reason) {
        counts.aborted += 1
        throw reason
      }
      counts.finished += 1
      if (answer instanceof Error) throw answer
      return { text: answer ?? '' }
    },
  }
  return recogniser
}

export interface ScriptedVoice extends Synthesizer {
  readonly spoken: string[]
  readonly counts: { open: number }
  fault: Error | undefined
}

/** A voice that begins after 120 ms on the clock, and then speaks 60 ms a character, all at once. */
export function scriptedVoice(clock: VoiceClock): ScriptedVoice {
  const voice: ScriptedVoice = {
    name: 'scripted',
    spoken: [],
    counts: { open: 0 },
    fault: undefined,
    async synthesize(text, { signal }) {
      voice.counts.open += 1
      try {
        await passTime(clock, 120, signal)
        if (voice.fault) throw voice.fault
      } finally {
        voice.counts.open -= 1
      }
      voice.spoken.push(text)
      return { sampleRateHz: 24_000, blocks: blocksOf(text.length * 60) }
    },
  }
  return voice
}

async function* blocksOf(lengthMs: number): AsyncGenerator<Int16Array> {
  const blockMs = 100
  for (let fromMs = 0; fromMs < lengthMs; fromMs += blockMs)
    yield Int16Array.from({ length: Math.min(blockMs, lengthMs - fromMs) * 24 }, (_, index) =>
      Math.round(9_000 * Math.sin((2 * Math.PI * 220 * index) / 24_000)),
    )
}

/** Text chunks on the clock: the first after 150 ms, then 20 ms each. */
export async function* tokensOf(
  clock: VoiceClock,
  text: string,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  let waitMs = 150
  for (const token of text.match(/\s*\S+/g) ?? []) {
    await passTime(clock, waitMs, signal)
    waitMs = 20
    yield { type: 'text', text: token }
  }
  yield { type: 'end', finishReason: 'stop' }
}
