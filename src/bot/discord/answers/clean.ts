import { cleanText } from '#core/chat/untrusted.ts'
import { strings } from '../strings.ts'

/**
 * Model output is untrusted: whoever talks to the model can make it write anything. What leaves here pings nobody, hides
 * nothing, names the address behind each link and gives Discord no link to fetch. Sending with `allowed_mentions` none
 * and SUPPRESS_EMBEDS says the same once more.
 */
export function cleanOutgoing(text: string): string {
  return cleanText(text)
    .replace(stackedMarks, '$1')
    .split(code)
    .map((piece, index) => (index % 2 === 1 ? piece : cleanProse(piece)))
    .join('')
}

/** More combining marks on one letter than any script uses would cover the lines around it. */
const stackedMarks = /(\p{M}{6})\p{M}+/gu

/**
 * Code blocks, also unfinished ones, and inline code: shown as written, without links and mentions. What Discord might
 * not take for code (escaped or uneven backticks) is prose here.
 */
const code = /((?<![\\`])`{3,}[\s\S]*?(?:`{3,}|$)|(?<![\\`])`[^`\n]+`(?!`))/

function cleanProse(prose: string): string {
  return showLinks(prose.replace(mention, nameMention).replace(broadcast, '@\u200b$1'))
}

/** Users, roles and slash commands (developers/reference.mdx, "Message Formatting"); channels and emoji harm nobody. */
const mention = /<(@!?|@&)\d+>|<(\/[^:<>\n]{1,100}):\d+>/g
const broadcast = /@(everyone|here)/gi

function nameMention(_all: string, kind: string | undefined, command: string | undefined): string {
  if (command !== undefined) return command
  return kind === '@&' ? strings.someRole : strings.someone
}

const maskedLink = /!?\[([^\]\n]{0,300})\]\(\s*<?(https?:\/\/[^\s<>]+?)>?\s*(?:"[^"\n]{0,300}")?\)/gi
const link = /<?(https?:\/\/[^\s<>]+)>?/gi

/** Angle brackets keep Discord from fetching a preview. Labels that our pattern misses are cut off from their address. */
function showLinks(prose: string): string {
  return prose
    .replace(maskedLink, unmask)
    .replace(/\](?=\(\s*<?https?:)/gi, '] ')
    .replace(link, (_all, address: string) => bracket(address))
}

function unmask(_all: string, label: string, address: string): string {
  const isSame = label.trim() === '' || address.includes(label.trim())
  return isSame ? bracket(address) : `${label} (${bracket(address)})`
}

/** Long addresses are how secrets are carried out, and no person reads them. */
const maxLinkChars = 500

function bracket(address: string): string {
  const url = withoutTrailingPunctuation(address)
  const after = address.slice(url.length)
  return url.length > maxLinkChars ? `${strings.linkLeftOut}${after}` : `<${url}>${after}`
}

function withoutTrailingPunctuation(address: string): string {
  let end = address.length
  while (/[.,;:!?'"*_~|)\]]/.test(address.charAt(end - 1)) && !closesOwnBracket(address.slice(0, end))) end--
  return address.slice(0, end)
}

/** `https://en.wikipedia.org/wiki/Lantern_(disambiguation)` owns its last character. */
function closesOwnBracket(address: string): boolean {
  return address.endsWith(')') && address.split('(').length >= address.split(')').length
}
