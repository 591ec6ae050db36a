import { frameMs, mouthFrameBytes, type StageSnapshot, type StageState } from '#core/protocol/stage.ts'
import type { FeedEvent } from '#core/protocol/stage-feed.ts'

/** More than a minute of speech in batches of five frames; what is beyond is not shown to those who come late. */
const maxKept = 800
/** Viewers are up to a second behind; what is over for longer than this concerns nobody. */
const keptForMs = 1_500

/** How a stage looks now: what a viewer that comes late must know, and nothing that is over. */
export class StageView {
  state: StageState
  expression: string
  #events: FeedEvent[] = []

  constructor(look: Pick<StageSnapshot, 'state' | 'expression'> | undefined) {
    this.state = look?.state ?? 'idle'
    this.expression = look?.expression ?? 'neutral'
  }

  apply(event: FeedEvent): void {
    if (event.type === 'state') this.state = event.state
    else if (event.type === 'expression') this.expression = event.name
    else if (event.type === 'cut') this.#cut(event)
    else if (event.type !== 'said') this.#events.push(event)
    if (this.#events.length > maxKept) this.#events.shift()
  }

  /** What is still to be seen at `now` (ms since the epoch). */
  events(now: number): readonly FeedEvent[] {
    const oldest = now - keptForMs
    this.#events = this.#events.filter((event) => endOf(event) >= oldest)
    return this.#events
  }

  /** A caption of something that was cut must not come back with the next viewer. */
  #cut({ utterance, frame }: Extract<FeedEvent, { type: 'cut' }>): void {
    this.#events = this.#events.filter((event) => {
      if (!('utterance' in event) || event.utterance !== utterance) return true
      return event.type === 'mouth' && event.firstFrame < frame
    })
  }
}

function endOf(event: FeedEvent): number {
  switch (event.type) {
    case 'mouth':
      return event.playAt + (frameMs * Buffer.byteLength(event.frames, 'base64')) / mouthFrameBytes
    case 'caption':
      return event.until
    case 'start':
      return event.playAt
    case 'end':
      return event.at
    default:
      return 0
  }
}
