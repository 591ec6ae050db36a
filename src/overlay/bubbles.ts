const staysMs = 9_000
const most = 3
const longest = 160

/** What people said, for a while. Text only. */
export class Bubbles {
  readonly #list: HTMLElement
  isOn = false

  constructor(list: HTMLElement) {
    this.#list = list
  }

  add(name: string, text: string): void {
    if (!this.isOn || document.hidden) return
    const bubble = document.createElement('li')
    const who = document.createElement('strong')
    who.textContent = name
    bubble.append(who, ` ${text.length > longest ? `${text.slice(0, longest)}…` : text}`)
    this.#list.append(bubble)
    while (this.#list.childElementCount > most) this.#list.firstElementChild?.remove()
    setTimeout(() => bubble.remove(), staysMs)
  }

  clear(): void {
    this.#list.replaceChildren()
  }
}
