/** What may be linked to: web and mail addresses, without a name or password in front of the host. */
export function isSafeLink(href: string): boolean {
  const url = URL.parse(href)
  if (url === null) return false
  if (url.protocol === 'mailto:') return true
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
}

/**
 * Where a link really leads, when its label does not already say so: `evil.example` behind a label that names another
 * site or only looks alike (hosts are compared and shown in their punycode form).
 */
export function hostToShow(href: string, label: string): string | undefined {
  const url = URL.parse(href)
  if (url === null) return undefined
  const host = url.protocol === 'mailto:' ? url.pathname : url.host
  return namesHost(label, host.toLowerCase()) ? undefined : host
}

function namesHost(label: string, host: string): boolean {
  const spoken = label
    .trim()
    .toLowerCase()
    .replace(/^(https?:\/\/|mailto:)/, '')
  return spoken.startsWith(host) && /^([/?#]|$)/.test(spoken.slice(host.length))
}
