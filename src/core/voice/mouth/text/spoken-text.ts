import { replacementWords } from './replacement-words.ts'

type Rule = readonly [pattern: RegExp, replacement: string]

/** In this order: an image is a link with a mark before it, and an address may hold underscores. */
const rules: readonly Rule[] = [
  [/!\[[^\]]*\]\([^)]*\)/g, ' '],
  [/\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/(?:https?:\/\/|www\.)[^\s<>]*[^\s<>.,;:!?)\]}'"*_]/gi, replacementWords.link],
  // Faces and gestures that were not taken out before: [laughs], [happy].
  [/\[[a-z][a-z -]{1,24}\]/gi, ' '],
  // Mentions and custom emoji of chats, and HTML.
  [/<(?:[@#]|a?:)[^>\s]*>/g, ' '],
  [/<\/?[a-z][^>]*>/gi, ' '],
  [/(?<=\s|^)(?:[:;=]-?[()DPp/|]|<3|[xX]D)(?=\s|$)/g, ' '],
  [/(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\u20e3)+/gu, ' '],
  // Beginnings of lines: headings, quotes, bullets; the number of a numbered item stays.
  [/^\s*(?:>\s?)+/gm, ''],
  [/^\s*(?:#{1,6}\s+|[-*+\u2022]\s+(?:\[[ xX]\]\s+)?)/gm, ''],
  [/^\s*(\d{1,3})[.)]\s+/gm, '$1: '],
  [/^\s*(?:[-*_]\s*){3,}$/gm, ' '],
  [/`+|~~|\*{2,}|_{2,}/g, ''],
  // A star or an underscore that hugs a word is emphasis; between words it is kept apart.
  [/(?<=\w)_(?=\w)/g, ' '],
  [/(?<!\S)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)|(?<=\W)[*_](?=\w)/g, ''],
  [/\s+/g, ' '],
]

/** What a voice says of a piece of Markdown prose: no marks, addresses, emoji. Empty when nothing is left to say. */
export function toSpokenText(markdown: string): string {
  let text = markdown
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement)
  text = text.trim()
  return /[\p{L}\p{N}]/u.test(text) ? text : ''
}
