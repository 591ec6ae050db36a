import { isLoopbackHost } from './loopback.ts'

/** The headers that say where a request was aimed at and which page sent it. */
export interface RequestOrigin {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly secFetchSite: string | undefined
}

/**
 * Decides from headers alone whether a request is for us (DNS rebinding) and from our own pages (cross-site requests).
 * https://owasp.org/www-project-application-security-verification-standard/ V3.5, V4.4
 */
export interface RequestGuard {
  /** The Host header names this machine or the public address. */
  isOurHost(host: string | undefined): boolean
  /** A request that changes something, or opens a WebSocket, was sent by one of our own pages. */
  isOurPage(request: RequestOrigin): boolean
}

const hostHeader = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i

export function createRequestGuard({ publicUrl }: { readonly publicUrl?: string | undefined }): RequestGuard {
  const publicAddress = publicUrl === undefined ? undefined : new URL(publicUrl)

  const isOurHost = (host: string | undefined) => {
    const name = host === undefined ? undefined : hostHeader.exec(host)?.[1]
    if (host === undefined || name === undefined) return false
    return isLoopbackHost(name) || host.toLowerCase() === publicAddress?.host
  }

  const isOurOrigin = (origin: string, host: string) =>
    origin === publicAddress?.origin || origin.toLowerCase() === `http://${host.toLowerCase()}`

  const isOurPage = ({ host, origin, secFetchSite }: RequestOrigin) => {
    if (host === undefined || !isOurHost(host)) return false
    if (secFetchSite !== undefined && secFetchSite !== 'same-origin') return false
    // With Referrer-Policy: no-referrer browsers send `Origin: null` with our own forms; Sec-Fetch-Site vouches then.
    if (origin === undefined || origin === 'null') return secFetchSite === 'same-origin'
    return isOurOrigin(origin, host)
  }

  return { isOurHost, isOurPage }
}
