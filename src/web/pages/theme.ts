import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'

/** `system` follows prefers-color-scheme; the others are DaisyUI themes of app.css. */
export const Theme = z.enum(['system', 'paper', 'night'])
export type Theme = z.infer<typeof Theme>

const cookieName = 'theme'
const yearSeconds = 31_536_000

/** The look this browser asked for, so that the very first byte of a page has it. */
export function readTheme(context: Context): Theme {
  return Theme.catch('system').parse(getCookie(context, cookieName))
}

export function rememberTheme(context: Context, theme: Theme): void {
  setCookie(context, cookieName, theme, {
    path: '/',
    maxAge: yearSeconds,
    httpOnly: true,
    sameSite: 'Lax',
    secure: new URL(context.req.url).protocol === 'https:',
  })
}
