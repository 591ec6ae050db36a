import { z } from 'zod'

const maxAnswerBytes = 262_144

/** The provider answered with more than any of its answers needs. */
export class ProviderAnswerTooLargeError extends Error {
  override readonly name = 'ProviderAnswerTooLargeError'
  readonly limitBytes = maxAnswerBytes
  constructor() {
    super(`the provider's answer is larger than ${maxAnswerBytes} bytes`)
  }
}

type FetchOptions = Omit<RequestInit, 'body'> & { body?: unknown }

/** How every request to a provider is made: no redirects, bounded answers; deadlines are the caller's signal. */
export async function providerFetch(url: string, options: FetchOptions): Promise<Response> {
  const { body, ...rest } = options
  const sent = body === undefined || body === null ? {} : { body: body as NonNullable<RequestInit['body']> }
  const response = await fetch(url, { ...rest, ...sent, redirect: 'manual' })
  const bytes = await readBounded(response)
  const { status, headers } = response
  const hasBody = ![204, 205, 304].includes(status)
  return new Response(hasBody ? repairScope(bytes, headers) : null, { status, headers: plain(headers) })
}

async function readBounded(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    // Leaving the loop cancels the rest.
    if (size > maxAnswerBytes) throw new ProviderAnswerTooLargeError()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** What is handed on is decoded already. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers)
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name)
  return kept
}

const ScopeList = z.looseObject({ scope: z.array(z.string()) })

/** Twitch lists scopes as an array where RFC 6749, 5.1 has a string: https://dev.twitch.tv/docs/authentication */
function repairScope(bytes: Buffer, headers: Headers): string {
  const text = bytes.toString()
  if (!headers.get('content-type')?.includes('json') || !text.includes('"scope"')) return text
  try {
    const parsed = ScopeList.safeParse(JSON.parse(text))
    return parsed.success ? JSON.stringify({ ...parsed.data, scope: parsed.data.scope.join(' ') }) : text
  } catch {
    return text
  }
}
