const nearPx = 80

/** Keeps the newest line in sight, but only for a person who is already there; else offers a way back. */
export class FollowScroll {
  readonly #log: HTMLElement
  readonly #jump: HTMLElement
  #isFollowing = true

  constructor(log: HTMLElement, jump: HTMLElement) {
    this.#log = log
    this.#jump = jump
    log.addEventListener('scroll', () => this.#look(), { passive: true })
    new ResizeObserver(() => this.follow()).observe(log)
    jump.addEventListener('click', () => this.toLatest())
    this.toLatest()
  }

  /** Call after the conversation grew. */
  follow(): void {
    if (this.#isFollowing) this.#log.scrollTop = this.#log.scrollHeight
    else this.#look()
  }

  toLatest(): void {
    this.#isFollowing = true
    this.follow()
    this.#look()
  }

  #look(): void {
    const distance = this.#log.scrollHeight - this.#log.clientHeight - this.#log.scrollTop
    this.#isFollowing = distance < nearPx
    this.#jump.hidden = this.#isFollowing
  }
}
