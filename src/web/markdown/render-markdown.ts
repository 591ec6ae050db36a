import markdownIt, { type MarkdownIt, type Token } from 'markdown-it'
import { words } from '#web/words.ts'
import { isSafeLink } from './link-target.ts'
import { showLinkHosts } from './show-link-hosts.ts'

/** Longer answers are shown as plain text: no model of ours writes that much, and rendering must stay cheap. */
const maxMarkdownChars = 32_000

/**
 * Turns a model's answer into HTML that is safe to put into the page: raw HTML is shown as text, nothing is loaded from
 * elsewhere, links go to web and mail addresses only and say where they lead, no attribute comes from the model but
 * `href` and a list's `start`.
 */
export function renderMarkdown(text: string): string {
  if (text.length > maxMarkdownChars) return `<pre class="plain">${escapeHtml(text)}</pre>`
  return markdown.render(text)
}

/** The tokens of the same dialect, for those who read an answer in another way. */
export function parseMarkdown(text: string): Token[] {
  return markdown.parse(text.slice(0, maxMarkdownChars), {})
}

const markdown = createRenderer()
const { escapeHtml } = markdown.utils

function createRenderer(): MarkdownIt {
  // maxNesting bounds hostile input such as ten thousand `>`.
  const md = markdownIt({ html: false, linkify: true, breaks: true, typographer: false, maxNesting: 20 })
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  md.validateLink = isSafeLink
  md.core.ruler.push('show_link_hosts', showLinkHosts)
  md.renderer.rules.fence = (tokens, index) => renderCode(tokens[index])
  md.renderer.rules.code_block = (tokens, index) => renderCode(tokens[index])
  // Headings of an answer are no headings of the page.
  md.renderer.rules.heading_open = () => '<p class="heading">'
  md.renderer.rules.heading_close = () => '</p>\n'
  md.renderer.rules.table_open = () => '<div class="table-scroll" tabindex="0"><table>\n'
  md.renderer.rules.table_close = () => '</table></div>\n'
  md.renderer.rules.th_open = (tokens, index) => openCell('th', tokens[index])
  md.renderer.rules.td_open = (tokens, index) => openCell('td', tokens[index])
  return md
}

function renderCode(token: Token | undefined): string {
  const language = /^[\w+#.-]{1,20}/.exec(token?.info.trim() ?? '')?.[0] ?? words.codeWithoutLanguage
  const copy = `<button type="button" class="btn btn-ghost btn-xs needs-js" data-copy="code">${words.copyCode}</button>`
  const head = `<div class="code-head"><span>${escapeHtml(language)}</span>${copy}</div>`
  return `<div class="code">${head}<pre tabindex="0"><code>${escapeHtml(token?.content ?? '')}</code></pre></div>\n`
}

/** markdown-it aligns by a style attribute, which the content security policy forbids. */
function openCell(tag: 'th' | 'td', token: Token | undefined): string {
  const alignment = /^text-align:(left|center|right)$/.exec(String(token?.attrGet('style') ?? ''))?.[1]
  return alignment === undefined ? `<${tag}>` : `<${tag} class="text-${alignment}">`
}
