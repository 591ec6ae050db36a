/** Less, and screen readers swallow the first of two. */
const gapMs = 400
/** How often a long answer is mentioned again. */
const reminderMs = 7_000
const maxWaiting = 5
const maxKept = 3

export interface AnnouncerWords {
  readonly replying: string
  readonly stillReplying: string
  readonly complete: string
}

/**
 * Tells screen readers what happens, without reading every token: that an answer is being written, then the whole of
 * it once. `status` is a role=status element, `complete` a polite log; both are invisible and always in the page.
 */
export class Announcer {
  readonly #status: HTMLElement
  readonly #complete: HTMLElement
  readonly #words: AnnouncerWords
  #waiting: string[] = []
  #timer = 0
  #reminder = 0

  constructor(status: HTMLElement, complete: HTMLElement, words: AnnouncerWords) {
    this.#status = status
    this.#complete = complete
    this.#words = words
  }

  replying(): void {
    if (this.#reminder) return
    this.say(this.#words.replying)
    this.#reminder = setInterval(() => this.say(this.#words.stillReplying), reminderMs)
  }

  /** The answer as plain text; empty when there is nothing to read. */
  finished(text: string): void {
    this.quiet()
    this.say(this.#words.complete)
    if (text === '') return
    const paragraph = document.createElement('p')
    paragraph.textContent = text
    this.#complete.append(paragraph)
    while (this.#complete.childElementCount > maxKept) this.#complete.firstElementChild?.remove()
  }

  /** No more reminders. */
  quiet(): void {
    clearInterval(this.#reminder)
    this.#reminder = 0
  }

  say(sentence: string): void {
    this.#waiting = [...this.#waiting, sentence].slice(-maxWaiting)
    if (!this.#timer) this.#next()
  }

  #next(): void {
    const sentence = this.#waiting.shift()
    this.#timer = sentence === undefined ? 0 : setTimeout(() => this.#next(), gapMs)
    if (sentence !== undefined) this.#status.textContent = sentence
  }
}
