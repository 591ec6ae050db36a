import type { FeedEvent } from '#core/protocol/stage-feed.ts'
import { type CaptionPage, lineLength, pagesOf, timedWords } from './caption-pages.ts'

/** The last line stands for a moment when its last word is said. */
const lingersMs = 900
const afterCutMs = 250
const maxPages = 60

interface QueuedPage extends CaptionPage {
  readonly utterance: string
}

/** What is being said, two lines at a time, revealed with the voice. Text only: nothing in it is ever HTML. */
export class Captions {
  readonly #box: HTMLElement
  isWordByWord = true
  isOn = true
  #pages: QueuedPage[] = []
  #shown: QueuedPage | undefined
  #spans: HTMLElement[] = []
  #revealed = 0
  #hideAt = Number.POSITIVE_INFINITY

  constructor(box: HTMLElement) {
    this.#box = box
  }

  add(caption: Extract<FeedEvent, { type: 'caption' }>): void {
    const { utterance, until } = caption
    for (const page of pagesOf(timedWords(caption), until)) this.#pages.push({ ...page, utterance })
    this.#pages.splice(0, Math.max(0, this.#pages.length - maxPages))
  }

  /** What was not said by `at` never will be. */
  cut(utterance: string, at: number): void {
    this.#pages = this.#pages.filter((page) => page.utterance !== utterance || page.from <= at)
    if (this.#shown?.utterance === utterance) this.#hideAt = at + afterCutMs
  }

  clear(): void {
    this.#pages = []
    this.#hide()
  }

  /** `heardAt`: the moment of the stage that the viewer hears now. */
  show(heardAt: number): void {
    const next = this.#pages[0]
    if (next && next.from <= heardAt) {
      this.#pages.shift()
      if (this.isOn && next.until + lingersMs > heardAt) this.#begin(next)
    }
    const page = this.#shown
    if (!page) return
    if (heardAt >= Math.min(this.#hideAt, page.until + lingersMs)) this.#hide()
    else this.#reveal(page, heardAt)
  }

  #begin(page: QueuedPage): void {
    this.#spans = page.words.map(({ text }) => {
      const span = document.createElement('span')
      span.textContent = `${text} `
      return span
    })
    const line = document.createElement('p')
    line.append(...this.#spans)
    // Two short lines of the same sentence roll upwards; anything longer takes the place of what was there.
    const before = this.#shown
    const rolls = before?.utterance === page.utterance && isOneLine(before) && isOneLine(page)
    this.#box.replaceChildren(
      ...(rolls && this.#box.lastElementChild ? [this.#box.lastElementChild] : []),
      line,
    )
    this.#shown = page
    this.#revealed = 0
    this.#hideAt = Number.POSITIVE_INFINITY
  }

  #reveal(page: QueuedPage, heardAt: number): void {
    while (this.#revealed < page.words.length) {
      const word = page.words[this.#revealed]
      if (this.isWordByWord && word && word.at > heardAt) return
      this.#spans[this.#revealed]?.classList.add('is-said')
      this.#revealed++
    }
  }

  #hide(): void {
    if (!this.#shown) return
    this.#shown = undefined
    this.#spans = []
    this.#box.replaceChildren()
  }
}

function isOneLine({ words }: CaptionPage): boolean {
  return words.reduce((length, { text }) => length + text.length + 1, -1) <= lineLength
}
