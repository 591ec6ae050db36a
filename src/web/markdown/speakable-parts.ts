import type { Token } from 'markdown-it'
import { splitSentences } from '#core/sentences/sentence-ends.ts'
import { parseMarkdown } from './render-markdown.ts'

const maxPartChars = 280
const maxParts = 60

/**
 * What a voice should say of an answer, in parts of a few sentences, so that the first can be heard while the next is
 * made. Code, tables and addresses are left out: nobody wants to hear them.
 */
export function speakableParts(markdown: string): string[] {
  const parts: string[] = []
  for (const paragraph of paragraphs(parseMarkdown(markdown))) {
    for (const sentence of sentences(paragraph)) append(parts, sentence)
    if (parts.length > maxParts) break
  }
  return parts.slice(0, maxParts)
}

function paragraphs(tokens: readonly Token[]): string[] {
  let tableDepth = 0
  return tokens.flatMap((token) => {
    if (token.type.startsWith('table_')) tableDepth += token.nesting
    if (token.type !== 'inline' || tableDepth > 0) return []
    const text = spoken(token.children ?? [])
      .replace(/\s+/g, ' ')
      .trim()
    return /[\p{L}\p{N}]/u.test(text) ? [text] : []
  })
}

function spoken(tokens: readonly Token[]): string {
  let isHost = false
  return tokens
    .map((token) => {
      if (token.type === 'host_open' || token.type === 'host_close') isHost = token.nesting === 1
      if (isHost) return ''
      if (token.type === 'softbreak' || token.type === 'hardbreak') return ' '
      return token.type === 'text' || token.type === 'code_inline' ? token.content : ''
    })
    .join('')
    .replace(/https?:\/\/\S+/g, '')
}

function* sentences(paragraph: string): Iterable<string> {
  for (const sentence of splitSentences(paragraph))
    for (let start = 0; start < sentence.length; start += maxPartChars)
      yield sentence.slice(start, start + maxPartChars).trim()
}

/** Joins short sentences, so that a voice gets enough to find the melody. */
function append(parts: string[], sentence: string): void {
  const last = parts.at(-1)
  const isShort = last !== undefined && parts.length > 1 && last.length + sentence.length < maxPartChars
  if (isShort) parts[parts.length - 1] = `${last} ${sentence}`
  else if (sentence !== '') parts.push(sentence)
}
