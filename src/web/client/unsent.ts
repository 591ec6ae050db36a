/** A message that the server has not confirmed yet. The key makes sending it twice harmless. */
export interface Unsent {
  readonly key: string
  readonly text: string
  readonly replaces?: string
}

/** More than anyone types while a connection is away. */
const maxUnsent = 20

/** Keeps unconfirmed messages of one conversation over reloads and dead connections, in order. */
export class UnsentMessages {
  readonly #storage: Storage
  readonly #name: string
  #items: readonly Unsent[]

  constructor(storage: Storage, conversation: string) {
    this.#storage = storage
    this.#name = `unsent:${conversation}`
    this.#items = read(storage, this.#name)
  }

  get items(): readonly Unsent[] {
    return this.#items
  }

  add(item: Unsent): void {
    this.#keep([...this.#items, item].slice(-maxUnsent))
  }

  remove(key: string): Unsent | undefined {
    const item = this.#items.find((candidate) => candidate.key === key)
    if (item) this.#keep(this.#items.filter((candidate) => candidate !== item))
    return item
  }

  #keep(items: readonly Unsent[]): void {
    this.#items = items
    try {
      if (items.length === 0) this.#storage.removeItem(this.#name)
      else this.#storage.setItem(this.#name, JSON.stringify(items))
    } catch {
      // Storage is full or forbidden: the messages live as long as this page.
    }
  }
}

/** 128 random bits. Not crypto.randomUUID, which browsers offer to https and localhost only. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

function read(storage: Storage, name: string): readonly Unsent[] {
  try {
    const items: unknown = JSON.parse(storage.getItem(name) ?? '[]')
    return Array.isArray(items) ? items.filter(isUnsent) : []
  } catch {
    return []
  }
}

function isUnsent(value: unknown): value is Unsent {
  if (typeof value !== 'object' || value === null || !('key' in value && 'text' in value)) return false
  return typeof value.key === 'string' && typeof value.text === 'string'
}
