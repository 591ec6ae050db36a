import { randomUUID } from 'node:crypto'
import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import { speak } from '#core/voice/mouth/speak.ts'
import type { FloorTurn } from './floor.ts'
import { FloorFullError, FloorTimeoutError } from './floor.ts'
import type { Room, Speaking } from './room.ts'
import { TurnEndedError } from './turn-ended-error.ts'

/** Something that nobody asked for, to be said in the room's queue. */
export class Notice implements FloorTurn, Speaking {
  readonly saidText: string
  readonly isCertain = true
  readonly toId = undefined
  isHeard = false
  readonly #abort = new AbortController()

  constructor(text: string) {
    this.saidText = text
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  isFor(): boolean {
    return false
  }

  withdraw(): void {
    this.end('withdrawn')
  }

  interrupt(): void {
    this.end('interrupted')
  }

  end(why: TurnEndedError['why']): void {
    this.#abort.abort(new TurnEndedError(why))
  }
}

/** Waits for the floor and says the notice; one that comes too late or to too many others is left out. */
export async function sayNotice(room: Room, notice: Notice): Promise<void> {
  try {
    using _floor = await room.floor.take(notice, notice.signal)
    using _voice = room.giveVoiceTo(notice)
    const spoken = await speak(piecesOf(notice.saidText), {
      utteranceId: randomUUID(),
      synthesizer: room.options.inference.synthesizer,
      ...(room.settings.voice === undefined ? {} : { voice: room.settings.voice }),
      room: room.playout,
      clock: room.clock,
      onStage: room.stageOf(notice),
      signal: notice.signal,
    })
    if (spoken.status === 'failed') room.outages.failed('tts', spoken.fault)
  } catch (error) {
    const isLeftOut = error instanceof FloorFullError || error instanceof FloorTimeoutError
    if (!isLeftOut && !notice.signal.aborted) throw error
  }
}

async function* piecesOf(text: string): AsyncGenerator<AnswerPiece> {
  yield { type: 'text', text }
}
