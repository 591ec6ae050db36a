import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import type { Synthesizer } from '#core/inference/ports.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import type { VoiceClock } from '../clock.ts'
import type { RoomPlayout } from '../playout/room-playout.ts'
import { knownVoice } from './known-voice.ts'
import { SentenceMaker } from './sentence-maker.ts'
import { StageVoice } from './stage-voice.ts'
import { Utterance } from './utterance.ts'

export interface SpeakOptions {
  readonly utteranceId: string
  readonly synthesizer: Synthesizer
  readonly voice?: string
  readonly room: RoomPlayout
  readonly clock: VoiceClock
  /** Utterance start, cut and end, mouth shapes, captions and faces; called on the frame clock, so it never waits. */
  onStage(event: StageEvent): void
  /** Nothing is played before this resolves: speculation synthesises ahead, unheard. A rejection is a cut. */
  readonly release?: Promise<void>
  readonly signal: AbortSignal
}

export interface Spoken {
  readonly status: 'played' | 'cut' | 'failed'
  /** The words whose sound was played to their end. */
  readonly heardText: string
  readonly framesPlayed: number
  /** Times at which the voice stopped for want of sound, and how many of them were not the services' fault. */
  readonly underruns: number
  readonly ownUnderruns: number
  readonly fault?: unknown
  /** On the clock that was given. */
  readonly timings: {
    readonly firstSentenceMs?: number | undefined
    readonly ttsFirstByteMs?: number | undefined
    readonly firstFrameMs?: number | undefined
    readonly firstAudibleFrameMs?: number | undefined
  }
}

/**
 * Speaks one answer. Resolves when the last frame was played, or at once when the signal aborts. Never throws for
 * aborts; a fault of the answer or of the voice ends it as `failed`, after what came before the fault was played.
 */
export async function speak(pieces: AsyncIterable<AnswerPiece>, options: SpeakOptions): Promise<Spoken> {
  const utterance = openUtterance(options)
  const maker = new SentenceMaker(options)
  const { track } = utterance
  const cut = () => track.cut()
  options.signal.addEventListener('abort', cut, { once: true })
  if (options.signal.aborted) cut()
  void (options.release ?? Promise.resolve()).then(() => track.release(), cut)
  // Whatever ends the track first, its room's end for example, ends the making.
  const stopMaking = () => maker.stop()
  track.over.then(stopMaking, stopMaking)

  const making = maker.make(pieces)
  const outcome = await playAll(maker, utterance)
  options.signal.removeEventListener('abort', cut)
  maker.stop()
  await making

  const { firstFrameMs, firstAudibleFrameMs } = utterance
  const { firstSentenceMs, firstByteMs: ttsFirstByteMs } = maker
  return {
    ...outcome,
    ...utterance.close(outcome.status !== 'cut'),
    timings: { firstSentenceMs, ttsFirstByteMs, firstFrameMs, firstAudibleFrameMs },
  }
}

function openUtterance({ clock, room, synthesizer, utteranceId, voice, onStage }: SpeakOptions): Utterance {
  const stage = new StageVoice({ utteranceId, onStage, now: () => clock.now() })
  return new Utterance({ room, stage, voice: knownVoice(synthesizer, voice), clock })
}

type Outcome = Pick<Spoken, 'status' | 'fault'>

async function playAll(maker: SentenceMaker, utterance: Utterance): Promise<Outcome> {
  const { track } = utterance
  let fault: { readonly fault: unknown } | undefined
  try {
    for await (const { sentence, audio } of maker.made) {
      if (audio) await utterance.say(audio)
      else utterance.makeFaces(sentence.expressions)
      if (track.isOver) break
      track.waitsFor = maker.made.isEmpty ? 'service' : 'us'
    }
  } catch (error) {
    fault = { fault: error }
  }
  try {
    const end = await track.end()
    return end === 'played' && fault ? { status: 'failed', ...fault } : { status: end }
  } catch (error) {
    return { status: 'failed', fault: error }
  }
}
