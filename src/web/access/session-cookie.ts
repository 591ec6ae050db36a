import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'

/**
 * Cookies that only this host may set and read: `__Host-` binds them to it, to `/` and to TLS
 * (https://www.rfc-editor.org/rfc/rfc6265bis, 4.1.3.2). On plain http, which is loopback, browsers refuse the prefix.
 */
export interface CookieJar {
  nameOf(name: string): string
  set(context: Context, name: string, value: string, maxAgeSeconds: number): void
  clear(context: Context, name: string): void
}

export const sessionCookie = 'session'

export function createCookieJar({ isHttps }: { readonly isHttps: boolean }): CookieJar {
  const nameOf = (name: string) => (isHttps ? `__Host-${name}` : name)
  const set: CookieJar['set'] = (context, name, value, maxAge) =>
    setCookie(context, nameOf(name), value, {
      path: '/',
      httpOnly: true,
      secure: isHttps,
      sameSite: 'Lax',
      maxAge,
    })
  return { nameOf, set, clear: (context, name) => set(context, name, '', 0) }
}

const valueForm = /^[A-Za-z0-9_-]{43}$/

/** 256 bits as base64url. Undefined where there is none, or more than one: then somebody else set one of them. */
export function readSecretCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((part) => {
    const [key, ...value] = part.trim().split('=')
    return key === name ? [value.join('=')] : []
  })
  const [value] = values
  return values.length === 1 && value !== undefined && valueForm.test(value) ? value : undefined
}
