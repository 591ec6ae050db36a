import type { ReplyView, TurnView } from '../chat/socket-protocol.ts'
import { find } from './find.ts'
import type { Unsent } from './unsent.ts'

export interface TranscriptWords {
  readonly waiting: string
  readonly unsent: string
  readonly stopped: string
  readonly failed: string
}

/** What an element of the list stands for: a turn, or a message that the server has not confirmed. */
interface Shown {
  readonly id: string
  readonly said: string
  readonly reply: ReplyView | { readonly status: 'unsent' }
}

/** Brings the list of turns to what the transcript says, touching only what differs. */
export class TranscriptView {
  readonly #list: HTMLElement
  readonly #template: HTMLTemplateElement
  readonly #words: TranscriptWords
  #rows = new Map<string, { readonly element: HTMLElement; shown: Shown | undefined }>()

  constructor(list: HTMLElement, template: HTMLTemplateElement, words: TranscriptWords) {
    this.#list = list
    this.#template = template
    this.#words = words
    for (const element of list.children) {
      if (element instanceof HTMLElement && element.dataset.turn) {
        this.#rows.set(element.dataset.turn, { element, shown: undefined })
      }
    }
  }

  /** What the server wrote into the page: enough to go on with until the snapshot comes. */
  read(): TurnView[] {
    return [...this.#rows].map(([id, { element }]) => {
      const body = part(element, 'body')
      const { status } = element.dataset
      const text = body.textContent
      return { id, said: part(element, 'said').textContent, reply: readReply(status, text, body.innerHTML) }
    })
  }

  render(turns: readonly TurnView[], unsent: readonly Unsent[]): void {
    const wanted: readonly Shown[] = [
      ...turns,
      ...unsent.map(({ key, text }): Shown => ({ id: key, said: text, reply: { status: 'unsent' } })),
    ]
    const ids = new Set(wanted.map(({ id }) => id))
    for (const [id, { element }] of this.#rows) {
      if (ids.has(id)) continue
      element.remove()
      this.#rows.delete(id)
    }
    for (const [index, shown] of wanted.entries()) this.#show(shown, index, shown.id === turns.at(-1)?.id)
  }

  /** The rendered answer without the buttons in it, for people who listen to the page. */
  plainText(id: string): string {
    const copy = this.#rows.get(id)?.element.querySelector('[data-part="body"]')?.cloneNode(true)
    if (!(copy instanceof Element)) return ''
    for (const extra of copy.querySelectorAll('.code-head')) extra.remove()
    return copy.textContent.trim()
  }

  #show(next: Shown, index: number, isLast: boolean): void {
    const row = this.#rows.get(next.id) ?? { element: this.#create(), shown: undefined }
    this.#rows.set(next.id, row)
    const { element } = row
    if (this.#list.children[index] !== element)
      this.#list.insertBefore(element, this.#list.children[index] ?? null)
    element.toggleAttribute('data-last', isLast)
    if (!looksSame(row.shown, next)) this.#fill(element, next)
    row.shown = next
  }

  #create(): HTMLElement {
    const element = this.#template.content.firstElementChild?.cloneNode(true)
    if (!(element instanceof HTMLElement)) throw new Error('the turn template is empty')
    return element
  }

  #fill(element: HTMLElement, { id, said, reply }: Shown): void {
    element.dataset.turn = id
    element.dataset.status = reply.status
    setText(part(element, 'said'), said)
    setText(part(element, 'state'), this.#stateLine(reply))
    element.querySelector('.reply')?.toggleAttribute('aria-busy', reply.status === 'running')
    const body = part(element, 'body')
    if (reply.status === 'running') stream(body, reply.text)
    // Rendered and made safe by the server; see renderMarkdown.
    else body.innerHTML = 'html' in reply ? reply.html : ''
  }

  #stateLine(reply: Shown['reply']): string {
    if ('notice' in reply && reply.notice !== undefined) return reply.notice
    return reply.status === 'complete' || reply.status === 'running' ? '' : this.#words[reply.status]
  }
}

function part(element: HTMLElement, name: string): HTMLElement {
  return find(element, `[data-part="${name}"]`, HTMLElement)
}

function readReply(status: string | undefined, text: string, html: string): ReplyView {
  if (status === 'waiting') return { status }
  if (status === 'running') return { status, text }
  return {
    status: status === 'stopped' || status === 'failed' ? status : 'complete',
    text,
    html,
    speechParts: 0,
  }
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Plain text while it grows; the same text node is kept, so that a selection in it survives. */
function stream(body: HTMLElement, text: string): void {
  const before = body.firstElementChild
  if (text === '' || !(before instanceof HTMLElement) || before.className !== 'streaming')
    body.replaceChildren()
  if (text === '') return
  const paragraph = body.firstElementChild ?? body.appendChild(document.createElement('p'))
  paragraph.className = 'streaming'
  const node = paragraph.firstChild
  if (node instanceof Text && text.startsWith(node.data)) node.appendData(text.slice(node.length))
  else paragraph.textContent = text
}

function looksSame(before: Shown | undefined, next: Shown): boolean {
  if (before === undefined) return false
  return (
    before === next ||
    (before.said === next.said && before.reply === next.reply) ||
    isSameFinished(before, next)
  )
}

/** After a reconnect everything is new objects with the same content. */
function isSameFinished({ said, reply }: Shown, next: Shown): boolean {
  return 'html' in reply && said === next.said && JSON.stringify(reply) === JSON.stringify(next.reply)
}
