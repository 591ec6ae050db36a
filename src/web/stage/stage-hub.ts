import type { Bus } from '#core/bus/bus.ts'
import { followStage, lastStageLook } from '#core/bus/stage-bus.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { type FeedFrame, feedEventOf, soundFrame, textFrame } from './feed-frame.ts'
import { StageView } from './stage-view.ts'

export type FeedListener = (frame: FeedFrame) => void

/** Performs on stages that nobody else performs on, for the viewers of this process, until the signal aborts. */
export type StageFeeder = (
  stage: string,
  tell: (event: StageEvent) => void,
  signal: AbortSignal,
) => Promise<void>

export interface StageHubOptions {
  readonly bus: Bus
  readonly logger: Logger
  readonly feed?: StageFeeder | undefined
}

/** Ten seconds of speech from a peer that sends everything ahead. */
const capacity = 4_096

/** Each stage that somebody looks at, once: one subscription and one encoding, however many viewers. */
export class StageHub implements AsyncDisposable {
  readonly #bus: Bus
  readonly #logger: Logger
  readonly #feed: StageFeeder | undefined
  readonly #stages = new Map<string, WatchedStage>()
  readonly #ending = new Set<Promise<void>>()

  constructor({ bus, logger, feed }: StageHubOptions) {
    this.#bus = bus
    this.#logger = logger
    this.#feed = feed
  }

  /** Calls `begin` when the stage's look is known, once; every frame from that moment on reaches the listener. */
  async sit(
    stage: string,
    { begin, listener }: { begin(view: StageView): void; readonly listener: FeedListener },
  ): Promise<Disposable> {
    const watched = this.#stages.get(stage) ?? this.#watch(stage)
    watched.holders++
    begin(await watched.view)
    watched.listeners.add(listener)
    let isTaken = true
    return {
      [Symbol.dispose]: () => {
        if (!isTaken) return
        isTaken = false
        watched.listeners.delete(listener)
        watched.holders--
        if (watched.holders === 0) this.#leave(stage, watched)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [stage, watched] of this.#stages) this.#leave(stage, watched)
    await Promise.all(this.#ending)
  }

  #watch(stage: string): WatchedStage {
    const stopping = new AbortController()
    // Listening comes first, so that nothing falls between the look and the events after it.
    const events = followStage(this.#bus, stage, { signal: stopping.signal, capacity })
    const view = this.#look(stage, stopping.signal)
    const watching: Watching = { view, listeners: new Set(), stopping }
    const watched = { ...watching, running: this.#run(stage, events, watching), holders: 0 }
    this.#stages.set(stage, watched)
    return watched
  }

  async #look(stage: string, signal: AbortSignal): Promise<StageView> {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(lookTimeoutMs)])
    const look = await lastStageLook(this.#bus, stage, { signal: timely }).catch((error: unknown) => {
      if (!signal.aborted) this.#logger.warn('how a stage looks could not be read', { error })
      return undefined
    })
    return new StageView(look)
  }

  async #run(stage: string, events: AsyncIterable<StageEvent>, watched: Watching): Promise<void> {
    const view = await watched.view
    const tell = (event: StageEvent) => {
      const frame = frameOf(event, view)
      for (const listener of watched.listeners) listener(frame)
    }
    const feeding = this.#feed?.(stage, tell, watched.stopping.signal).catch((error: unknown) =>
      this.#logger.warn('nobody performs on a stage', { error }),
    )
    for await (const event of events) tell(event)
    await feeding
  }

  #leave(stage: string, watched: WatchedStage): void {
    if (this.#stages.get(stage) === watched) this.#stages.delete(stage)
    watched.stopping.abort(new Error('nobody looks at the stage any more'))
    this.#ending.add(watched.running)
    void watched.running.finally(() => this.#ending.delete(watched.running))
  }
}

const lookTimeoutMs = 1_500

interface Watching {
  readonly view: Promise<StageView>
  readonly listeners: Set<FeedListener>
  readonly stopping: AbortController
}

interface WatchedStage extends Watching {
  readonly running: Promise<void>
  holders: number
}

function frameOf(event: StageEvent, view: StageView): FeedFrame {
  if (event.type === 'stage.audio') return soundFrame(event)
  const said = feedEventOf(event)
  view.apply(said)
  return textFrame(said)
}
