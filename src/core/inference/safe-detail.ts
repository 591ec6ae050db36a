import { z } from 'zod'

const errorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
  z.object({ message: z.string() }).transform(({ message }) => message),
  // FastAPI's validation errors; their `input` repeats what was sent and is left out.
  z
    .object({
      detail: z.array(z.object({ msg: z.string(), loc: z.array(z.union([z.string(), z.number()])) })).min(1),
    })
    .transform(({ detail }) => detail.map(({ msg, loc }) => `${loc.join('.')}: ${msg}`).join('; ')),
])

const echoLength = 24

/**
 * The service's own words about its refusal, fit for a log: one short line, nothing when it repeats `privateText`
 * (what people said).
 */
export function safeDetail(body: string, privateText: string): string | undefined {
  const parsed = errorBody.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const line = parsed.data
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
  return line === '' || repeats(line, privateText) ? undefined : line
}

function repeats(line: string, privateText: string): boolean {
  for (let start = 0; start + echoLength <= line.length; start += 1)
    if (privateText.includes(line.slice(start, start + echoLength))) return true
  return false
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
