const storageName = 'read-aloud'

export interface ReadAloudEvents {
  /** Sound begins (with its loudness, 0 to 1) or ends. */
  onSound(level: (() => number) | undefined): void
  onTrouble(why: 'blocked' | 'failed'): void
}

/** Reads finished answers aloud, part after part, when the person has switched it on. */
export class ReadAloud {
  readonly #toggle: HTMLElement
  readonly #events: ReadAloudEvents
  readonly #audio = new Audio()
  /** What is being played, for whoever moves a mouth to it; undefined until there was sound. */
  analyser: AnalyserNode | undefined
  #loudness: (() => number) | undefined
  #playing: AbortController | undefined

  constructor(toggle: HTMLElement, events: ReadAloudEvents) {
    this.#toggle = toggle
    this.#events = events
    this.#set(localStorage.getItem(storageName) === '1')
    toggle.addEventListener('click', () => {
      this.#set(!this.isOn)
      if (this.isOn) this.#openSound()
      else this.stop()
    })
  }

  get isOn(): boolean {
    return this.#toggle.getAttribute('aria-pressed') === 'true'
  }

  /** Speaks a turn of `parts` parts; what was being said stops. */
  async speak(turn: string, parts: number): Promise<void> {
    this.stop()
    const playing = new AbortController()
    this.#playing = playing
    try {
      this.#openSound()
      this.#events.onSound(this.#loudness)
      for (let part = 0; part < parts && !playing.signal.aborted; part++) {
        await this.#play(`/chat/turns/${turn}/speech?part=${part}`, playing.signal)
      }
    } catch (error) {
      if (!playing.signal.aborted) this.#complain(error)
    } finally {
      if (this.#playing === playing) this.stop()
    }
  }

  /** Leaves the sentence, and the request for it. */
  stop(): void {
    if (!this.#playing) return
    this.#playing.abort()
    this.#playing = undefined
    this.#audio.pause()
    this.#audio.removeAttribute('src')
    this.#audio.load()
    this.#events.onSound(undefined)
  }

  async #play(address: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const listeners = new AbortController()
    const options = { signal: listeners.signal }
    this.#audio.addEventListener('ended', () => resolve(), options)
    this.#audio.addEventListener('error', () => reject(new Error('no sound')), options)
    signal.addEventListener('abort', () => resolve(), options)
    try {
      this.#audio.src = address
      await Promise.all([this.#audio.play(), promise])
    } finally {
      listeners.abort()
    }
  }

  #complain(error: unknown): void {
    const isBlocked = error instanceof DOMException && error.name === 'NotAllowedError'
    if (isBlocked) this.#set(false)
    this.#events.onTrouble(isBlocked ? 'blocked' : 'failed')
  }

  #set(isOn: boolean): void {
    this.#toggle.setAttribute('aria-pressed', String(isOn))
    localStorage.setItem(storageName, isOn ? '1' : '0')
  }

  /** Browsers open an audio context only after a click or a key, and an element can be tapped once. */
  #openSound(): void {
    if (this.#loudness) return
    const context = new AudioContext()
    const analyser = new AnalyserNode(context, { fftSize: 512, smoothingTimeConstant: 0.4 })
    context.createMediaElementSource(this.#audio).connect(analyser).connect(context.destination)
    this.analyser = analyser
    const samples = new Float32Array(analyser.fftSize)
    this.#audio.addEventListener('play', () => void context.resume())
    this.#loudness = () => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      return Math.min(1, Math.sqrt(power) * 4)
    }
  }
}
