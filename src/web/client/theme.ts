/** Changes the look at once, without leaving the page; the server remembers it in a cookie. */
export function serveThemeMenu(): void {
  const form = document.querySelector<HTMLFormElement>('[data-theme-form]')
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    const button = event.submitter
    if (!(button instanceof HTMLButtonElement)) return
    const body = new URLSearchParams({ theme: button.value, back: '/' })
    void fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => undefined)
    if (button.value === 'system') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', button.value)
    for (const choice of form.querySelectorAll('button')) {
      choice.setAttribute('aria-pressed', String(choice === button))
    }
    form.hidePopover()
  })
}
