/** The most that one Discord message may hold (developers/resources/message.mdx, "Create Message"). */
export const maxMessageChars = 2_000

/** A code block that is open at some point of a text. */
interface Fence {
  readonly opening: string
}

const closing = '\n```'
/** Longer words after the backticks are content, not the name of a language. */
const maxLanguageChars = 20

/**
 * Cuts an answer into messages. A cut goes between paragraphs, lines, sentences or words as far as the text has any, and
 * never through a surrogate pair or a grapheme; a code block that is cut is closed and opened again with its language.
 * As the text grows, every part but the last stays what it was, so a streamed answer edits only its last message.
 */
export function splitMessage(text: string, limit = maxMessageChars): string[] {
  const parts: string[] = []
  let rest = text.trim()
  let fence: Fence | undefined
  while (rest !== '') {
    const piece = takePiece(rest, fence, limit)
    if (piece.part !== '') parts.push(piece.part)
    rest = piece.rest
    fence = piece.fence
  }
  return parts
}

interface Piece {
  readonly part: string
  readonly rest: string
  readonly fence: Fence | undefined
}

function takePiece(text: string, fence: Fence | undefined, limit: number): Piece {
  const opening = fence?.opening ?? ''
  const room = limit - opening.length - closing.length
  if (text.length <= room) return { part: wrap(text, fence), rest: '', fence: undefined }
  const cut = findCut(text, room, fence)
  const chunk = text.slice(0, cut)
  const open = fenceAfter(chunk, fence)
  return { part: wrap(chunk, fence), ...skipSeam(text.slice(cut), open) }
}

function wrap(chunk: string, fence: Fence | undefined): string {
  const body = chunk.trimEnd()
  if (body === '') return ''
  return `${fence?.opening ?? ''}${body}${fenceAfter(body, fence) ? closing : ''}`
}

/** Drops the white space at a cut; inside code only the line's end, since the next line's indentation is content. */
function skipSeam(rest: string, open: Fence | undefined): Pick<Piece, 'rest' | 'fence'> {
  if (open === undefined) return { rest: rest.trimStart(), fence: undefined }
  const closed = /^\s*`{3,}/.exec(rest)
  if (closed) return { rest: rest.slice(closed[0].length).trimStart(), fence: undefined }
  return rest.trim() === '' ? { rest: '', fence: undefined } : { rest: rest.replace(/^\n/, ''), fence: open }
}

/** Discord opens and closes a code block at every run of three backticks, wherever in a line it stands. */
function fenceAfter(chunk: string, before: Fence | undefined): Fence | undefined {
  let fence = before
  for (const run of chunk.matchAll(/`{3,}/g)) {
    fence = fence ? undefined : { opening: `\`\`\`${languageAt(chunk, run.index + run[0].length)}\n` }
  }
  return fence
}

function languageAt(chunk: string, at: number): string {
  const language = /^[\w+\-.#]*(?=\n)/.exec(chunk.slice(at, at + maxLanguageChars + 1))?.[0] ?? ''
  return language.length > maxLanguageChars ? '' : language
}

/** Where to cut: at least 1, at most `room`; depends on nothing behind `room`, so that parts stay as the text grows. */
function findCut(text: string, room: number, fence: Fence | undefined): number {
  const window = text.slice(0, room + 1)
  const cut = lastBreak(window, room) ?? graphemeStart(window, room)
  const emptyBlock = emptyBlockStart(window.slice(0, cut), fence)
  if (emptyBlock === undefined) return beforeBackticks(window, cut)
  return emptyBlock === 0 ? graphemeStart(window, room) : emptyBlock
}

/** Kinds of breaks from the best on, each with how much of the room may stay empty for its sake. */
const breaks: readonly { readonly pattern: RegExp; readonly from: number }[] = [
  { pattern: /\n(?=\n)/g, from: 0.5 },
  { pattern: /\n/g, from: 0.5 },
  { pattern: /(?<=[.!?…])\s|(?<=[。！？])/gu, from: 0.6 },
  { pattern: /\s/g, from: 0 },
]

function lastBreak(window: string, room: number): number | undefined {
  for (const { pattern, from } of breaks) {
    const last = [...window.matchAll(pattern)].findLast(({ index }) => index > 0 && index <= room)
    if (last && last.index >= room * from) return last.index
  }
  return undefined
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

function graphemeStart(window: string, room: number): number {
  const start = graphemes.segment(window).containing(room)?.index ?? room
  if (start > 0) return start
  // One grapheme larger than a message: only its surrogate pairs can be kept whole.
  return isLowSurrogate(window.charCodeAt(room)) ? room - 1 : room
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** Where the last line begins if it opens a code block of which nothing would stand before the cut. */
function emptyBlockStart(chunk: string, fence: Fence | undefined): number | undefined {
  const line = /`{3,}[\w+\-.#]*\s*$/.exec(chunk)
  if (!line) return undefined
  return fenceAfter(chunk.slice(0, line.index), fence) ? undefined : line.index
}

function beforeBackticks(window: string, cut: number): number {
  let start = cut
  if (window[cut] !== '`') return cut
  while (start > 0 && window[start - 1] === '`') start--
  return start > 0 ? start : cut
}
