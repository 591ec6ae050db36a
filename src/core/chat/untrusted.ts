/**
 * What people typed, made fit to be shown to a model: as data on one line that nothing inside can leave, without
 * characters that hide or turn text, and without what a chat template would take for its own control tokens.
 */

const nameLength = 60

/** Controls, hidden characters and direction marks; those that emoji and Persian need stay in texts, not in names. */
const hiddenInNames = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu
const hiddenInTexts =
  /[\p{Bidi_Control}\u200b\u2060-\u206f\ufeff\u00ad\u{e0000}-\u{e007f}]|(?![\n\t])\p{Cc}/gu

/** One line, visible characters only, at most 60 of them; never empty. */
export function cleanName(raw: string): string {
  const visible = raw.toWellFormed().replace(/\s/gu, ' ').replace(hiddenInNames, '')
  const name = visible.replace(/ +/g, ' ').trim()
  return [...name].slice(0, nameLength).join('') || 'someone'
}

/** The text without hidden characters; line breaks and tabs stay. */
export function cleanText(raw: string): string {
  return withoutHidden(raw.toWellFormed().replace(/\r\n?/g, '\n'))
}

/** The same for a part of a text, for example what a model just wrote. */
export function withoutHidden(part: string): string {
  return part.replace(hiddenInTexts, '')
}

/**
 * One JSON object on one line. Line breaks and quotes are escaped by JSON; the brackets of control tokens and the
 * other Unicode line ends by us, so the line ends exactly where the object ends.
 */
export function dataLine(fields: Readonly<Record<string, string | undefined>>): string {
  return JSON.stringify(fields).replace(/[<>\u0085\u2028\u2029]|\[(?=\/?[A-Za-z_]{2,40}\])/g, escapeUnit)
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * Opening brackets of chat templates' control tokens (`<|im_start|>`, `</s>`, `<start_of_turn>`, `<<SYS>>`, `[INST]`).
 * Servers tokenize the whole prompt at once, so spelled out in a message they would begin a message of another role.
 */
const controlToken =
  /<(?=[|｜])|<(?=\/?(?:s|bos|eos|pad|unk|mask|think|[a-z]+(?:_[a-z]+)+)>)|<(?=<\/?SYS>>)|\[(?=\/?[A-Z_]{2,40}\])/g

/** For texts that stand unquoted in a prompt (earlier answers, the persona): control tokens fall apart, code does not. */
export function breakControlTokens(text: string): string {
  return text.replace(controlToken, '$& ')
}
