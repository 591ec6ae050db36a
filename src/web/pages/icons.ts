import { raw } from 'hono/html'

/** Line icons, 24 x 24, drawn here. Their buttons carry the words. */
function icon(paths: string) {
  return raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`)
}

export const icons = {
  send: icon('<path d="M12 19V5M6 11l6-6 6 6"/>'),
  stop: icon('<rect x="7" y="7" width="10" height="10" rx="2" fill="currentColor"/>'),
  plus: icon('<path d="M12 5v14M5 12h14"/>'),
  clock: icon('<circle cx="12" cy="12" r="8"/><path d="M12 8v4l3 2"/>'),
  plug: icon('<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4"/>'),
  contrast: icon('<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>'),
  copy: icon(
    '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3"/>',
  ),
  again: icon('<path d="M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5"/>'),
  edit: icon('<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>'),
  sound: icon('<path d="M4 10v4h3l5 4V6l-5 4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"/>'),
  down: icon('<path d="M12 5v14M6 13l6 6 6-6"/>'),
  fold: icon('<path d="M6 15l6-6 6 6"/>'),
  person: icon('<circle cx="12" cy="8" r="4"/><path d="M4 20a8 8 0 0 1 16 0"/>'),
  back: icon('<path d="M19 12H5M11 6l-6 6 6 6"/>'),
} as const
