import type { AnswerPiece, ExpressionName } from '#core/chat/expression-tags.ts'
import type { Synthesizer } from '#core/inference/ports.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import { speak } from '#core/voice/mouth/speak.ts'
import { ScriptedVoice } from '#test/support/scripted-voice.ts'
import type { VirtualClock } from '#test/support/virtual-clock.ts'
import { listeningRoom } from '../playout/listening-room.ts'

export const say = (text: string): AnswerPiece => ({ type: 'text', text })
export const face = (name: ExpressionName): AnswerPiece => ({ type: 'expression', name })

export async function* answer(...pieces: readonly (string | AnswerPiece)[]): AsyncGenerator<AnswerPiece> {
  for (const piece of pieces) yield typeof piece === 'string' ? say(piece) : piece
}

interface Options {
  readonly clock: VirtualClock
  readonly voice?: Synthesizer
  readonly release?: Promise<void>
  readonly place?: ReturnType<typeof listeningRoom>
}

/** Starts to speak in a room that is listened to. */
export function speaking(pieces: AsyncIterable<AnswerPiece>, { clock, voice, release, place }: Options) {
  const { room, heard, rests } = place ?? listeningRoom(clock)
  const abort = new AbortController()
  const events: StageEvent[] = []
  const spoken = speak(pieces, {
    utteranceId: 'utterance',
    synthesizer: voice ?? new ScriptedVoice(),
    room,
    clock,
    onStage: (event) => events.push(event),
    signal: abort.signal,
    ...(release ? { release } : {}),
  })
  const eventsOf = <Type extends StageEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<StageEvent, { type: Type }> => event.type === type)
  return { spoken, room, heard, rests, events, eventsOf, abort }
}
