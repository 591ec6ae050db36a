/** A service's base address, taken apart. */
export interface Endpoint {
  readonly origin: string
  /** Path up to and including `/v1`. */
  readonly basePath: string
  /** What people may read: without credentials, and without the `/v1` that only programs need. */
  readonly address: string
  readonly authorization: string | undefined
}

/**
 * Accepts `http://host`, `http://host/prefix`, either with a trailing `/v1` (as Ollama's users write it), and
 * credentials in the address, which become Basic authentication unless an API key is given.
 */
export function parseEndpoint(url: string, apiKey?: string): Endpoint {
  const { origin, pathname, username, password } = new URL(url)
  const prefix = pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
  return {
    origin,
    basePath: `${prefix}/v1`,
    address: `${origin}${prefix}`,
    authorization: authorizationOf(apiKey, username, password),
  }
}

function authorizationOf(apiKey: string | undefined, username: string, password: string): string | undefined {
  if (apiKey) return `Bearer ${apiKey}`
  if (!username) return undefined
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
