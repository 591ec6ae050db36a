/** Lets a phone's owner make the companion smaller; remembered for this tab. */
export function serveFold(stage: HTMLElement): void {
  const button = stage.querySelector('[data-fold]')
  const fold = (isFolded: boolean) => {
    stage.classList.toggle('is-folded', isFolded)
    button?.setAttribute('aria-expanded', String(!isFolded))
  }
  fold(sessionStorage.getItem('folded') === '1')
  button?.addEventListener('click', () => {
    fold(!stage.classList.contains('is-folded'))
    sessionStorage.setItem('folded', stage.classList.contains('is-folded') ? '1' : '0')
  })
}
