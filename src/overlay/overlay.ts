import type { SoundFrame } from '#core/protocol/sound-frame.ts'
import type { FeedEvent, FeedLook, ServerFrame } from '#core/protocol/stage-feed.ts'
import { AvatarView } from './avatar-view.ts'
import { Bubbles } from './bubbles.ts'
import { Captions } from './captions.ts'
import { find } from './find.ts'
import { Performer } from './performer.ts'
import { RenderLoop } from './render-loop.ts'
import { SoundPlayer } from './sound-player.ts'
import { StageClock } from './stage-clock.ts'
import { StageFeed } from './stage-feed.ts'

/** A line that is back sooner than this was never seen to be gone. */
const emberAfterMs = 1_200
const reloadAtMostEveryMs = 30_000

export interface OverlayAddress {
  readonly id: string
  /** Absent in the owner's preview, which makes no sound. */
  readonly token: string | undefined
}

/** The page in the streaming program: joins the line, the clock, what is performed and what is shown. */
export class Overlay {
  readonly #root = find(document, '[data-overlay]', HTMLElement)
  readonly #clock = new StageClock()
  readonly #performer = new Performer()
  readonly #captions = new Captions(find(document, '[data-captions]', HTMLElement))
  readonly #bubbles = new Bubbles(find(document, '[data-bubbles]', HTMLElement))
  readonly #view = new AvatarView(this.#root, find(document, '[data-picture]', HTMLElement))
  readonly #loop = new RenderLoop((now, dtMs) => this.#draw(now, dtMs))
  readonly #feed: StageFeed
  readonly #isPreview: boolean
  #sound: SoundPlayer | undefined
  #delayMs = 0
  #ember = 0

  constructor({ id, token }: OverlayAddress) {
    this.#isPreview = token === undefined
    this.#feed = new StageFeed({ type: 'hello', overlay: id, token }, this.#clock, {
      onFrame: (frame) => this.#onFrame(frame),
      onSound: (frame) => this.#onSound(frame),
      onLost: () => this.#onLost(),
      onRevoked: () => this.#onRevoked(),
    })
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.type === 'snapshot') this.#onSnapshot(frame)
    else if (frame.type === 'look') this.#wear(frame)
    else if (frame.type !== 'pong') this.#apply(frame)
  }

  #onSnapshot(frame: Extract<ServerFrame, { type: 'snapshot' }>): void {
    if (frame.build !== this.#root.dataset['build'] && reloadOnce()) return
    clearTimeout(this.#ember)
    this.#feed.settled()
    this.#performer.forget()
    this.#captions.clear()
    this.#wear(frame)
    this.#setState(frame.state)
    this.#performer.makeFace(frame.expression, performance.now())
    for (const event of frame.events) this.#apply(event)
    this.#root.dataset['online'] = 'true'
    this.#loop.start()
  }

  #apply(event: FeedEvent): void {
    if (event.type === 'state') this.#setState(event.state)
    else this.#performer.apply(event)
    if (event.type === 'caption') this.#captions.add(event)
    if (event.type === 'said') this.#bubbles.add(event.name, event.text)
    if (event.type === 'cut') {
      this.#captions.cut(event.utterance, event.at)
      this.#sound?.cut()
    }
  }

  #setState(state: Extract<FeedEvent, { type: 'state' }>['state']): void {
    this.#performer.state = state
    this.#root.dataset['state'] = state
  }

  #wear({ settings, avatar, motion }: FeedLook): void {
    const { captions, wordByWord, bubbles, delayMs, quality, framing, sound } = settings
    this.#captions.isOn = captions
    this.#captions.isWordByWord = wordByWord
    if (!captions) this.#captions.clear()
    this.#bubbles.isOn = bubbles
    if (!bubbles) this.#bubbles.clear()
    this.#delayMs = delayMs
    this.#loop.isFine = quality !== 'low'
    const isStill = this.#isPreview && matchMedia('(prefers-reduced-motion: reduce)').matches
    void this.#view.wear({ avatar, motion, framing, quality: isStill ? 'picture' : quality })
    if (sound && !this.#isPreview) this.#openSound()
    else this.#closeSound()
  }

  #openSound(): void {
    const worklet = this.#root.dataset['worklet']
    if (this.#sound || worklet === undefined) return
    const sound = new SoundPlayer(worklet)
    this.#sound = sound
    // Worklets are missing on pages that are neither https nor this machine; the figure then follows the set delay.
    sound.open().catch((error: unknown) => {
      this.#root.dataset.trouble = String(error)
      if (this.#sound === sound) this.#closeSound()
    })
    // Streaming programs let pages play; in an ordinary browser a click anywhere does.
    addEventListener('pointerdown', () => void sound.resume(), { once: true })
  }

  #closeSound(): void {
    this.#sound?.close()
    this.#sound = undefined
  }

  #onSound(frame: SoundFrame): void {
    this.#sound?.play(frame, this.#clock.at(performance.now()))
  }

  #onLost(): void {
    this.#root.dataset['online'] = 'false'
    this.#captions.clear()
    this.#bubbles.clear()
    clearTimeout(this.#ember)
    this.#ember = setTimeout(() => {
      this.#performer.forget()
      this.#setState('offline')
    }, emberAfterMs)
  }

  #onRevoked(): void {
    this.#onLost()
    clearTimeout(this.#ember)
    this.#closeSound()
    this.#loop.stop()
    this.#root.hidden = true
  }

  #draw(now: number, dtMs: number): void {
    const stageNow = this.#clock.at(now)
    const heardAt = this.#sound?.isAudible ? this.#sound.heardAt(now, stageNow) : stageNow - this.#delayMs
    const moment = this.#performer.at(now, dtMs, heardAt)
    this.#view.show(moment)
    this.#captions.show(heardAt)
    globalThis.overlayProbe?.(moment, heardAt)
  }
}

declare global {
  /** Looks at every picture; set by whoever measures. */
  var overlayProbe: ((moment: ReturnType<Performer['at']>, heardAt: number) => void) | undefined
}

/** False when the page was loaded anew a moment ago and the builds still differ: then it does its best. */
function reloadOnce(): boolean {
  const last = Number(sessionStorage.getItem('reloaded') ?? 0)
  if (Date.now() - last < reloadAtMostEveryMs) return false
  sessionStorage.setItem('reloaded', String(Date.now()))
  location.reload()
  return true
}
