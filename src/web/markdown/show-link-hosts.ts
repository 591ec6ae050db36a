import type { StateCore, Token } from 'markdown-it'
import { hostToShow } from './link-target.ts'

/**
 * markdown-it core rule. Links say where they lead and open apart from the chat; images become links, because loading
 * one would tell its server what was said (a model can be talked into writing such an address).
 */
export function showLinkHosts(state: StateCore): void {
  for (const block of state.tokens) {
    if (block.children) block.children = rewrite(block.children, state)
  }
}

function rewrite(tokens: readonly Token[], state: StateCore): Token[] {
  let open: { readonly href: string; label: string } | undefined
  return tokens.flatMap((token) => {
    if (token.type === 'link_open') {
      open = { href: String(token.attrGet('href') ?? ''), label: '' }
      return [openLink(state, open.href)]
    }
    if (token.type === 'link_close' && open) {
      const { href, label } = open
      open = undefined
      return [token, ...hostTokens(state, href, label)]
    }
    if (open) open.label += token.type === 'image' ? imageLabel(token) : token.content
    if (token.type !== 'image') return [token]
    return open ? [textToken(state, imageLabel(token))] : linkInsteadOf(token, state)
  })
}

function imageLabel(image: Token): string {
  return image.content.trim() || 'image'
}

function linkInsteadOf(image: Token, state: StateCore): Token[] {
  const href = String(image.attrGet('src') ?? '')
  const label = imageLabel(image)
  return [
    openLink(state, href),
    textToken(state, label),
    new state.Token('link_close', 'a', -1),
    ...hostTokens(state, href, label),
  ]
}

function openLink(state: StateCore, href: string): Token {
  const token = new state.Token('link_open', 'a', 1)
  token.attrs = [
    ['href', href],
    ['rel', 'noopener noreferrer nofollow'],
    ['target', '_blank'],
  ]
  return token
}

function hostTokens(state: StateCore, href: string, label: string): Token[] {
  const host = hostToShow(href, label)
  if (host === undefined) return []
  const open = new state.Token('host_open', 'span', 1)
  open.attrSet('class', 'link-host')
  return [open, textToken(state, ` (${host})`), new state.Token('host_close', 'span', -1)]
}

function textToken(state: StateCore, text: string): Token {
  const token = new state.Token('text', '', 0)
  token.content = text
  return token
}
