import type { Figure, Moment } from './figure.ts'

const openAbove = 0.06

/** The drawn Lumi, moved by its style sheet: for machines without a graphics card, and until the avatar is there. */
export class PictureFigure implements Figure {
  readonly #svg: SVGElement
  #mouth = ''
  #glow = ''

  constructor(svg: SVGElement) {
    this.#svg = svg
  }

  show({ state, expression, mouth, glow }: Moment): void {
    const { dataset } = this.#svg
    const look = state === 'idle' ? 'listening' : state
    if (dataset['state'] !== look) dataset['state'] = look
    if (dataset['expression'] !== expression) dataset['expression'] = expression
    let widest = 0
    for (let index = 0; index < 5; index++) widest = Math.max(widest, mouth[index] ?? 0)
    const [open, level] = [widest.toFixed(2), Math.min(1, glow).toFixed(2)]
    if (open !== this.#mouth) {
      this.#svg.style.setProperty('--mouth', open)
      this.#svg.toggleAttribute('data-talking', widest > openAbove)
    }
    if (level !== this.#glow) this.#svg.style.setProperty('--level', level)
    this.#mouth = open
    this.#glow = level
  }
}
