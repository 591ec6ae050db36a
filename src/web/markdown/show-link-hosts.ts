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
  const written: Token[] = []
  let open: { href: string; label: string } | undefined
  for (const token of tokens) {
    if (token.type === 'image') {
      const label = imageLabel(token)
      if (open) open.label += label
      written.push(...(open ? [textToken(state, label)] : linkInsteadOf(token, state)))
      continue
    }
    if (token.type === 'link_open') {
      open = { href: token.attrGet('href') ?? '', label: '' }
      written.push(openLink(state, open.href))
      continue
    }
    if (token.type === 'link_close' && open) {
      written.push(token, ...hostTokens(state, open.href, open.label))
      open = undefined
      continue
    }
    if (open) open.label += token.content
    written.push(token)
  }
  return written
}

function imageLabel(image: Token): string {
  return image.content.trim() || 'image'
}

function linkInsteadOf(image: Token, state: StateCore): Token[] {
  const href = image.attrGet('src') ?? ''
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
