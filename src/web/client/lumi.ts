export type LumiState = 'listening' | 'thinking' | 'speaking' | 'offline'

const fallPerMs = 1 / 260
/** Below this the lips are shown closed. */
const closedBelow = 0.06

/**
 * Moves the figure: `data-state` and `data-expression` choose light and face (lumi.css), `--mouth` and `--level`
 * follow sound, or, without sound, the letters as they arrive.
 */
export class Lumi {
  readonly #figure: SVGElement
  readonly #stage: HTMLElement
  readonly #words: Readonly<Record<LumiState, string>>
  readonly #isStill = matchMedia('(prefers-reduced-motion: reduce)')
  #level = 0
  #before = 0
  #frame = 0
  #listen: (() => number) | undefined

  constructor(stage: HTMLElement, figure: SVGElement, words: Readonly<Record<LumiState, string>>) {
    this.#stage = stage
    this.#figure = figure
    this.#words = words
  }

  show(state: LumiState, expression: string): void {
    this.#stage.dataset.state = state
    this.#figure.dataset.state = state
    this.#figure.dataset.expression = expression
    const word = this.#stage.querySelector('[data-state-word]')
    if (word && word.textContent !== this.#words[state]) word.textContent = this.#words[state]
  }

  /** Text came: the mouth opens for a moment, wider on vowels. */
  utter(text: string): void {
    if (this.#listen) return
    const vowels = text.match(/[aeiouyäöüあいうえお]/giu)?.length ?? 0
    this.#level = Math.min(1, Math.max(this.#level, 0.35 + 0.25 * Math.min(vowels, 3) * Math.random()))
    this.#move()
  }

  /** Sound plays: `level` is asked on every frame, 0 to 1. Without it the mouth closes. */
  followSound(level: (() => number) | undefined): void {
    this.#listen = level
    this.#move()
  }

  #move(): void {
    if (this.#frame || this.#isStill.matches) return
    this.#before = performance.now()
    this.#frame = requestAnimationFrame((now) => this.#step(now))
  }

  #step(now: number): void {
    const loudness = this.#listen?.()
    // A mouth is slower than sound: half of the way in each frame.
    if (loudness !== undefined) this.#level += (loudness - this.#level) / 2
    else this.#level = Math.max(0, this.#level - (now - this.#before) * fallPerMs)
    this.#before = now
    this.#figure.style.setProperty('--mouth', this.#level.toFixed(2))
    this.#figure.style.setProperty('--level', this.#level.toFixed(2))
    this.#figure.toggleAttribute('data-talking', this.#level > closedBelow)
    const isMoving = this.#listen !== undefined || this.#level > 0
    this.#frame = isMoving ? requestAnimationFrame((next) => this.#step(next)) : 0
  }
}
