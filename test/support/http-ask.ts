import { type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
}

export interface Question {
  readonly method?: string
  /** Sent exactly as written, unlike what `fetch` makes of it. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** One HTTP request with exactly these headers and nothing else but what Node must add. */
export async function ask(origin: string, question: Question): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const { method = 'GET', path, headers = {}, body } = question
  return await new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: bytes.toString(),
          bytes,
        })
      })
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** A form as our own page sends it. */
export async function post(
  origin: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const headers = {
    ...more,
    'content-type': 'application/x-www-form-urlencoded',
    // What browsers send from a page with Referrer-Policy: no-referrer.
    origin: 'null',
    'sec-fetch-site': 'same-origin',
  }
  return await ask(origin, { method: 'POST', path, headers, body: new URLSearchParams(fields).toString() })
}
