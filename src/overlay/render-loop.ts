const finePicturesPerSecond = 60
const lightPicturesPerSecond = 30
/** The screen's own beat is never exact. */
const slackMs = 3

/** Asks for a picture as often as makes sense, and for none while nobody sees the page. */
export class RenderLoop {
  readonly #draw: (now: number, dtMs: number) => void
  isFine = true
  #isStarted = false
  #isHidden = false
  #frame = 0
  #before = 0

  constructor(draw: (now: number, dtMs: number) => void) {
    this.#draw = draw
    addEventListener('obsSourceVisibleChanged', (event) => {
      const isVisible = !(event instanceof CustomEvent) || event.detail?.visible !== false
      this.#isHidden = !isVisible
      this.#plan()
    })
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#before = performance.now()
    this.#plan()
  }

  stop(): void {
    this.#isStarted = false
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  #plan(): void {
    if (this.#isStarted && !this.#isHidden && this.#frame === 0)
      this.#frame = requestAnimationFrame(() => this.#step())
  }

  #step(): void {
    this.#frame = 0
    this.#plan()
    const now = performance.now()
    const dtMs = now - this.#before
    const wantedMs = 1_000 / (this.isFine ? finePicturesPerSecond : lightPicturesPerSecond)
    if (dtMs < wantedMs - slackMs) return
    this.#before = now
    this.#draw(now, dtMs)
  }
}
