/** Makes the page of overlays pleasant: the address masked and copied, times as they are here. Works without, too. */
for (const input of document.querySelectorAll<HTMLInputElement>('[data-address]')) serveAddress(input)
for (const time of document.querySelectorAll<HTMLTimeElement>('[data-time]')) {
  const at = new Date(time.dateTime)
  time.textContent = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

function serveAddress(input: HTMLInputElement): void {
  const box = input.closest('section')
  const copy = box?.querySelector<HTMLButtonElement>('[data-copy-address]')
  const reveal = box?.querySelector<HTMLButtonElement>('[data-reveal]')
  const status = document.querySelector('[data-status]')
  const show = reveal?.textContent ?? ''
  input.type = 'password'
  reveal?.addEventListener('click', () => {
    const isHidden = input.type === 'password'
    input.type = isHidden ? 'text' : 'password'
    reveal.textContent = isHidden ? (reveal.dataset['hide'] ?? '') : show
  })
  copy?.addEventListener('click', () => {
    void copyText(input).then((isCopied) => {
      if (status && isCopied) status.textContent = copy.dataset['done'] ?? ''
      if (isCopied) copy.dataset['isDone'] = ''
    })
  })
}

/** Over plain http browsers have no clipboard API; selecting and copying still works. */
async function copyText(input: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(input.value)
    return true
  } catch {
    const { type } = input
    input.type = 'text'
    input.select()
    const isCopied = document.execCommand('copy')
    input.type = type
    return isCopied
  }
}
