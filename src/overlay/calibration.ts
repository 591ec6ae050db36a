import { playClap } from './clap-sound.ts'
import { find } from './find.ts'

const everyMs = 2_000
/** As long as the mouth stays open. */
const clapMs = 120
const sendAfterMs = 250
const smallStep = 5
const largeStep = 25

/** When the clap is heard, or why it is not; all times on the server's clock. */
interface ClapAnswer {
  readonly now: number
  readonly playAt?: number
  readonly sentence?: string
}

/** Sets an overlay's delay by ear and eye: claps every two seconds, with the mouth and the sound as two tracks. */
class Calibration {
  readonly #id: string
  readonly #slider = find(document, '[data-delay]', HTMLInputElement)
  readonly #value = find(document, '[data-delay-value]', HTMLElement)
  readonly #button = find(document, '[data-clap]', HTMLButtonElement)
  readonly #isHeardHere = find(document, '[data-clap-here]', HTMLInputElement)
  readonly #status = find(document, '[data-status]', HTMLElement)
  readonly #mouth = find(document, '[data-track="mouth"]', HTMLElement)
  readonly #sound = find(document, '[data-track="sound"]', HTMLElement)
  readonly #trouble = find(document, '[data-clap-trouble]', HTMLElement)
  readonly #unit = this.#value.textContent?.replace(/^\d+/, '') ?? ''
  readonly #start = this.#button.textContent ?? ''
  #context: AudioContext | undefined
  #timer = 0
  #sending = 0

  constructor(root: HTMLElement) {
    this.#id = root.dataset['calibration'] ?? ''
    this.#slider.addEventListener('input', () => this.#onMoved())
    addEventListener('keydown', (event) => this.#onKey(event))
    this.#button.addEventListener('click', () => (this.#timer ? this.#stop() : this.#begin()))
  }

  #onKey(event: KeyboardEvent): void {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
    const { target } = event
    const isTyping =
      target instanceof HTMLElement &&
      target !== this.#slider &&
      target.matches('input:not([type=checkbox]), select, textarea')
    if (direction === undefined || event.ctrlKey || event.altKey || event.metaKey || isTyping) return
    event.preventDefault()
    this.#slider.valueAsNumber += direction * (event.shiftKey ? largeStep : smallStep)
    this.#onMoved()
  }

  #onMoved(): void {
    this.#value.textContent = `${this.#slider.value}${this.#unit}`
    this.#slider.setAttribute('aria-valuetext', this.#value.textContent)
    clearTimeout(this.#sending)
    this.#sending = setTimeout(() => void this.#save(), sendAfterMs)
  }

  async #save(): Promise<void> {
    const body = new URLSearchParams({ delayMs: this.#slider.value })
    const answer = await fetch(`/overlays/${this.#id}/delay`, { method: 'POST', body, redirect: 'manual' })
    if (answer.type === 'opaqueredirect') this.#status.textContent = this.#status.dataset['saved'] ?? ''
  }

  #begin(): void {
    this.#context ??= new AudioContext()
    void this.#context.resume()
    this.#button.textContent = this.#button.dataset['stop'] ?? ''
    this.#trouble.textContent = ''
    const clap = () => void this.#clap().catch(() => this.#complain())
    clap()
    this.#timer = setInterval(clap, everyMs)
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = 0
    this.#button.textContent = this.#start
  }

  #complain(): void {
    this.#trouble.textContent = this.#trouble.dataset['broken'] ?? ''
  }

  /** The answer says when the clap is due on the server's clock; half of the way there and back lies behind us. */
  async #clap(): Promise<void> {
    const askedAt = performance.now()
    const answer = await fetch(`/overlays/${this.#id}/clap`, { method: 'POST', body: new URLSearchParams() })
    if (!this.#timer) return
    const { now, playAt, sentence }: ClapAnswer = await answer.json()
    this.#trouble.textContent = sentence ?? ''
    if (playAt === undefined) return
    const onTheWay = (performance.now() - askedAt) / 2
    const dueInMs = playAt - now - onTheWay
    const delayMs = this.#slider.valueAsNumber
    this.#mark(this.#sound, dueInMs)
    this.#mark(this.#mouth, dueInMs + delayMs)
    if (this.#isHeardHere.checked && this.#context) playClap(this.#context, dueInMs / 1_000)
  }

  /** A bar that runs through the track and is at the line when it is due. */
  #mark(track: HTMLElement, dueInMs: number): void {
    const bar = document.createElement('span')
    bar.className = 'track-bar'
    track.append(bar)
    const width = track.clientWidth
    const ahead = 1_200
    const animation = bar.animate(
      [
        { transform: `translateX(${width}px)` },
        { transform: `translateX(${width / 2}px)`, offset: ahead / (2 * ahead) },
        { transform: 'translateX(0)' },
      ],
      { duration: 2 * ahead, delay: dueInMs - ahead, fill: 'backwards' },
    )
    setTimeout(() => track.classList.add('is-now'), dueInMs)
    setTimeout(() => track.classList.remove('is-now'), dueInMs + clapMs)
    animation.addEventListener('finish', () => bar.remove())
  }
}

const root = document.querySelector<HTMLElement>('[data-calibration]')
if (root) new Calibration(root)
