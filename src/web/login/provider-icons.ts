import { raw } from 'hono/html'
import type { SignInProvider } from '#core/config.ts'

/** One plain shape each, drawn here, in the colour of the text: marks of the companies are theirs. */
function icon(paths: string) {
  return raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`)
}

export const providerIcons: Readonly<Record<SignInProvider, ReturnType<typeof icon>>> = {
  google: icon('<path d="M19.5 12H12M19.5 12a7.5 7.5 0 1 1-2.2-5.3"/>'),
  discord: icon(
    '<path d="M8 6.5c2.6-.7 5.400-.7 8 0 2 3 3 6 3 9.500l-3.500 2-1.200-2c-1.500.4-3.100.4-4.600 0l-1.200 2-3.500-2c0-3.500 1-6.500 3-9.500z"/><circle cx="9.500" cy="12" r="1"/><circle cx="14.500" cy="12" r="1"/>',
  ),
  github: icon('<path d="M9 8l-4 4 4 4M15 8l4 4-4 4"/>'),
  twitch: icon('<path d="M5 5h14v9l-4 4h-3l-3 2.500V18H5zM11 9v4M15 9v4"/>'),
  authentik: icon('<circle cx="9" cy="12" r="4"/><path d="M13 12h7M17 12v3"/>'),
}
