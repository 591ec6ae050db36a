import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import { systemClock } from '#core/voice/clock.ts'
import { speak } from '#core/voice/mouth/speak.ts'
import { createRoomPlayout } from '#core/voice/playout/room-playout.ts'
import { localVoice } from './local-voice.ts'

const sentence = 'This is one of the many sentences that are said while the clock is looked at. '

export interface SpokenInRoom {
  readonly ownUnderruns: number
  readonly sourceUnderruns: number
}

/** Speaks without an end through the real mouth, and measures when its frames come out. */
export class ListeningRoom {
  readonly jitterMs: number[] = []
  #lastMs: number | undefined

  async speakUntil(untilMs: number): Promise<SpokenInRoom> {
    using room = createRoomPlayout({ clock: systemClock, out: this.#out() })
    const spoken = await speak(sentences(untilMs), {
      utteranceId: 'bench',
      synthesizer: localVoice,
      room,
      clock: systemClock,
      onStage() {},
      signal: new AbortController().signal,
    })
    if (spoken.status !== 'played') throw new Error('the room fell silent', { cause: spoken.fault })
    return { ownUnderruns: spoken.ownUnderruns, sourceUnderruns: spoken.underruns - spoken.ownUnderruns }
  }

  #out() {
    return {
      play: () => {
        const now = performance.now()
        if (this.#lastMs !== undefined) this.jitterMs.push(Math.abs(now - this.#lastMs - 20))
        this.#lastMs = now
      },
      rest: () => {
        this.#lastMs = undefined
      },
    }
  }
}

async function* sentences(untilMs: number): AsyncGenerator<AnswerPiece> {
  while (performance.now() < untilMs) yield { type: 'text', text: sentence }
}
