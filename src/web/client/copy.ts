/** Puts text into the clipboard. Over plain http browsers have no clipboard API; selecting and copying still works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'sr-only'
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isCopied
}

/** Serves every `data-copy="code"` button of the page, also those that come later. */
export function serveCodeCopying(said: (isCopied: boolean) => void): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy="code"]') : null
    const code = button?.closest('.code')?.querySelector('code')?.textContent
    if (code) void copyText(code).then(said)
  })
}
