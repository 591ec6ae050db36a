import type { RestRequest } from './request.ts'

export interface RestReply {
  readonly status: number
  /** Absent: no body and no content-type, as a 204 must be. */
  readonly body?: unknown
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/channels/:channelId/messages`; a `:name` takes one segment. */
  readonly path: string
  /** Routes that name the same bucket share a rate limit per channel, guild or webhook. */
  readonly bucket?: string
  /** Interaction and webhook routes carry their token in the path. */
  readonly needsToken?: boolean
  readonly handle: (request: RestRequest) => RestReply | Promise<RestReply>
}

export const ok = (body: unknown): RestReply => ({ status: 200, body })
export const created = (body: unknown): RestReply => ({ status: 201, body })
export const noContent: RestReply = { status: 204 }

export interface RouteMatch {
  readonly route: Route
  readonly params: Record<string, string>
}

/** Finds the route of a path; segments arrive percent-encoded (discord.js sends `%40original`). */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | 'wrong-method' | undefined {
  let isKnownPath = false
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params === undefined) continue
    if (route.method === method) return { route, params }
    isKnownPath = true
  }
  return isKnownPath ? 'wrong-method' : undefined
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '')
    if (segment.startsWith(':')) params[segment.slice(1)] = value
    else if (segment !== value) return undefined
  }
  return params
}
