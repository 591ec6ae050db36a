import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import type { DiscordState } from '../state/state.ts'
import { invalidForm, malformedJson, requestTooLarge } from './errors.ts'

export interface UploadedFile {
  /** The n of the part's name `files[n]`, which `attachments[].id` refers to. */
  readonly index: string
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** A request after its token was checked, as route handlers get it. */
export interface RestRequest {
  readonly state: DiscordState
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly json: unknown
  readonly files: readonly UploadedFile[]
}

/** Discord refuses uploads above 10 MiB for most bots (developers/reference.mdx, "Uploading Files"). */
const maxBodyBytes = 10 * 1024 * 1024 + 64 * 1024

/** The whole body, or undefined when it is too large; then it is read and dropped. */
export async function readBody(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= maxBodyBytes) chunks.push(chunk)
  }
  return length > maxBodyBytes ? undefined : Buffer.concat(chunks)
}

/** JSON, or multipart with `files[n]` and `payload_json` (developers/reference.mdx, "Uploading Files"). */
export async function parseBody(
  bytes: Uint8Array | undefined,
  contentType = '',
): Promise<Pick<RestRequest, 'json' | 'files'>> {
  if (bytes === undefined) throw requestTooLarge()
  if (bytes.length === 0) return { json: {}, files: [] }
  if (!contentType.startsWith('multipart/form-data'))
    return { json: parseJson(Buffer.from(bytes).toString()), files: [] }
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  const payload = form.get('payload_json')
  return { json: typeof payload === 'string' ? parseJson(payload) : {}, files: await filesOf(form) }
}

async function filesOf(form: FormData): Promise<UploadedFile[]> {
  const files: UploadedFile[] = []
  for (const [field, value] of form.entries()) {
    const index = /^files\[(\d+)\]$/.exec(field)?.[1]
    if (index === undefined || typeof value === 'string') continue
    const bytes = new Uint8Array(await value.arrayBuffer())
    files.push({ index, name: value.name, contentType: value.type, bytes })
  }
  return files
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformedJson()
  }
}

/** Checks a body against its schema and answers faults as Discord does: 50035 with the path of the first one. */
export function parseWith<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map((key) => (typeof key === 'symbol' ? String(key) : key))
  throw invalidForm(path, issue?.code ?? 'invalid', issue?.message ?? 'invalid')
}

export function param(request: RestRequest, name: string): string {
  const value = request.params[name]
  if (value === undefined) throw new Error(`the route has no :${name}`)
  return value
}
