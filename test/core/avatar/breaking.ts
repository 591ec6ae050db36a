import type { AvatarFault } from '#core/avatar/errors.ts'
import { type Document, encodeDocument, type TinyAvatar, tinyAvatar, tinyDocument } from './tiny-avatar.ts'

export interface BrokenAvatar {
  readonly name: string
  readonly fault: AvatarFault
  /** A part of the sentence that the person reads. */
  readonly says: string
  make(): Uint8Array
}

/** What stands at a place such as `nodes.3.children`. */
export function pick(json: object, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), json)
}

/** Puts a value there, of whatever kind; undefined takes it away. */
export function put(json: object, place: string, value: unknown): void {
  const keys = place.split('.')
  const parent = keys.length === 1 ? json : pick(json, keys.slice(0, -1).join('.'))
  if (!isObject(parent)) throw new Error(`nothing is at ${place}`)
  Reflect.set(parent, keys.at(-1) ?? '', value)
}

export function append(json: object, place: string, values: readonly unknown[]): void {
  const list = pick(json, place)
  if (!Array.isArray(list)) throw new Error(`no list is at ${place}`)
  list.push(...values)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A good avatar whose description is changed. */
export function edited(
  edit: (json: object, document: Document) => void,
  options: TinyAvatar = {},
): () => Uint8Array {
  return () => {
    const document = tinyDocument(options)
    edit(document.json, document)
    return encodeDocument(document.json, document.binary.toBytes())
  }
}

export const changed = (place: string, value: unknown): (() => Uint8Array) =>
  edited((json) => put(json, place, value))
export const appended = (place: string, values: readonly unknown[]): (() => Uint8Array) =>
  edited((json) => append(json, place, values))

/** A good avatar whose bytes are changed. */
export function patched(
  patch: (view: DataView, bytes: Uint8Array) => Uint8Array | undefined,
): () => Uint8Array {
  return () => {
    const bytes = Uint8Array.from(tinyAvatar())
    return patch(new DataView(bytes.buffer), bytes) ?? bytes
  }
}

/** The beginning of a PNG, which is all that says how large it is. */
export function pngOf(width: number, height: number): Uint8Array {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return Buffer.concat([head, size, Buffer.from([8, 6, 0, 0, 0])])
}
