import { Decoder, Encoder } from '@msgpack/msgpack'
import { z } from 'zod'
import { protocolVersion } from './envelope.ts'
import { findShapeFault, maxDepth } from './msgpack-shape.ts'

/** Largest message accepted from the bus; nats-server's own default limit. */
export const maxMessageBytes = 1_048_576

// One of each for the whole process: made anew for each message, encoding a token takes 4.8 µs instead of 2.6 µs.
const encoder = new Encoder({ ignoreUndefined: true, maxDepth })
const decoder = new Decoder({ maxStrLength: maxMessageBytes, maxArrayLength: 10_000, maxMapLength: 1_000 })

/** Encodes a message as MessagePack. Fields that are undefined are left out. */
export function encodeMessage(message: { readonly v: number; readonly type: string }): Uint8Array {
  return encoder.encode(message)
}

/**
 * What a body turned out to be. Only `message` may be handled; `unknown-type` comes from a newer peer of the same
 * version and is skipped; `undecodable` (broken, hostile or of a future version) is to be dead-lettered with its reason.
 */
export type Decoded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'unknown-type'; readonly type: string }
  | { readonly kind: 'undecodable'; readonly reason: string }

/** A union of messages tagged by `type`, as `z.discriminatedUnion('type', …)` makes it. */
export type MessageUnion = z.ZodType & {
  readonly options: readonly { readonly shape: { readonly type: z.ZodLiteral<string> } }[]
}

/**
 * Decodes one bus body against the messages that its subject may carry. Never throws. What `isUsual` knows is not shown
 * to the schema.
 */
export function decodeMessage<Schema extends MessageUnion>(
  body: Uint8Array,
  schema: Schema,
  isUsual?: (raw: unknown) => raw is z.output<Schema>,
): Decoded<z.output<Schema>> {
  const raw = unpack(body)
  if (raw instanceof Error) return { kind: 'undecodable', reason: raw.message }
  if (isUsual?.(raw)) return { kind: 'message', message: raw }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return { kind: 'message', message: parsed.data }
  return explainRefusal(raw, schema, parsed.error)
}

function unpack(body: Uint8Array): unknown {
  if (body.byteLength > maxMessageBytes) return new Error(`larger than ${maxMessageBytes} bytes`)
  const fault = findShapeFault(body)
  if (fault !== undefined) return new Error(`not MessagePack: ${fault}`)
  try {
    return decoder.decode(body)
  } catch (error) {
    return error instanceof Error
      ? new Error(`not MessagePack: ${error.message}`)
      : new Error('not MessagePack')
  }
}

const Header = z.object({ v: z.number().int(), type: z.string() })

function explainRefusal(raw: unknown, schema: MessageUnion, error: z.ZodError): Decoded<never> {
  const header = Header.safeParse(raw)
  if (!header.success) return { kind: 'undecodable', reason: 'no version and type' }
  const { v, type } = header.data
  if (v !== protocolVersion)
    return { kind: 'undecodable', reason: `version ${v}, this process reads ${protocolVersion}` }
  const isKnown = schema.options.some((option) => option.shape.type.value === type)
  if (!isKnown) return { kind: 'unknown-type', type }
  // Paths only: zod's messages may quote values, and values are what people said.
  const paths = error.issues.map((issue) => issue.path.join('.') || '(message)')
  return { kind: 'undecodable', reason: `${type}: faulty ${[...new Set(paths)].join(', ')}` }
}
