import { getConnInfo } from '@hono/node-server/conninfo'
import type { WebContext } from '../web-env.ts'

/** The origin that people reach us by: the public one where it is set, else the checked host of this request. */
export function originOf(context: WebContext, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin
  return `http://${context.req.header('host') ?? ''}`
}

/** One exact address for each provider, so that an answer cannot be taken for another provider's (RFC 9700, 4.4). */
export function callbackAddress(origin: string, provider: string): string {
  return `${origin}/sign-in/${provider}/callback`
}

/** Of the connection itself: headers that claim another one count for nothing. */
export function peerAddress(context: WebContext): string | undefined {
  try {
    return getConnInfo(context).remote.address
  } catch {
    return undefined
  }
}
