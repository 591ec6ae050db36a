import { find } from './find.ts'

export interface ComposerEvents {
  onSend(text: string, replaces: string | undefined): void
  onStop(): void
  /** The message that ArrowUp brings back, if there is one. */
  lastMessage(): { readonly turn: string; readonly said: string } | undefined
}

export interface ComposerWords {
  readonly send: string
  readonly stop: string
}

/** The message box: keys, the send button that becomes stop, and editing the last message. */
export class Composer {
  readonly #text: HTMLTextAreaElement
  readonly #button: HTMLButtonElement
  readonly #editing: HTMLElement
  readonly #events: ComposerEvents
  readonly #words: ComposerWords
  #replaces: string | undefined
  #isAnswering = false

  constructor(form: HTMLFormElement, events: ComposerEvents, words: ComposerWords) {
    this.#events = events
    this.#words = words
    this.#text = find(form, '[data-text]', HTMLTextAreaElement)
    this.#button = find(form, '[data-send]', HTMLButtonElement)
    this.#editing = find(form, '[data-editing]', HTMLElement)
    this.#replaces = find(form, '[data-replaces]', HTMLInputElement).value || undefined
    // The browser's own bubble about an empty box would stand in the way of the stop button.
    this.#text.required = false
    this.#text.addEventListener('keydown', (event) => this.#onKey(event))
    this.#text.addEventListener('input', () => this.#grow())
    this.#button.addEventListener('click', (event) => this.#onButton(event))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#send()
    })
    form.querySelector('[data-cancel-edit]')?.addEventListener('click', (event) => {
      event.preventDefault()
      this.endEdit()
    })
    document.addEventListener('keydown', (event) => this.#onPageKey(event))
  }

  /** While an answer is written the button stops it. */
  set isAnswering(isAnswering: boolean) {
    if (isAnswering === this.#isAnswering) return
    this.#isAnswering = isAnswering
    this.#button.dataset.mode = isAnswering ? 'stop' : 'send'
    this.#button.setAttribute('aria-label', isAnswering ? this.#words.stop : this.#words.send)
  }

  focus(): void {
    this.#text.focus()
  }

  edit({ turn, said }: { readonly turn: string; readonly said: string }): void {
    this.#replaces = turn
    this.#editing.hidden = false
    this.#setText(said)
    this.focus()
  }

  endEdit(): void {
    this.#replaces = undefined
    this.#editing.hidden = true
    this.#setText('')
    this.focus()
  }

  /** Gives a refused message back, unless something new is already being written. */
  giveBack(text: string): void {
    if (this.#text.value === '') this.#setText(text)
  }

  #onKey(event: KeyboardEvent): void {
    // 229: browsers that report the key which ends an IME composition after the composition.
    const isComposing = event.isComposing || event.keyCode === 229
    if (event.key === 'Enter' && !event.shiftKey && !isComposing && !isTouch()) {
      event.preventDefault()
      this.#send()
    } else if (event.key === 'ArrowUp' && this.#text.value === '' && !isComposing) {
      const last = this.#events.lastMessage()
      if (!last) return
      event.preventDefault()
      this.edit(last)
    }
  }

  #onPageKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !event.isComposing) this.#escape(event)
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select')
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      this.focus()
    }
  }

  /** The innermost thing first: an open popover closes by itself, then the answer stops, then editing ends. */
  #escape(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.querySelector(':popover-open')) return
    if (this.#isAnswering) this.#events.onStop()
    else if (this.#replaces !== undefined) this.endEdit()
  }

  #onButton(event: MouseEvent): void {
    if (!this.#isAnswering) return
    event.preventDefault()
    this.#events.onStop()
    this.focus()
  }

  #send(): void {
    const text = this.#text.value.trim()
    if (text === '') return
    const replaces = this.#replaces
    this.endEdit()
    this.#events.onSend(text, replaces)
  }

  #setText(text: string): void {
    this.#text.value = text
    this.#text.setSelectionRange(text.length, text.length)
    this.#grow()
  }

  /** For browsers without `field-sizing: content`. */
  #grow(): void {
    if (CSS.supports('field-sizing', 'content')) return
    this.#text.style.height = 'auto'
    this.#text.style.height = `${this.#text.scrollHeight}px`
  }
}

/** With a keyboard on the screen, Enter is for new lines. */
function isTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}
