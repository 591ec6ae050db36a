import { headers, type MsgHdrs } from '@nats-io/transport-node'

const none: Readonly<Record<string, string>> = Object.freeze({})

export function toNatsHeaders(record: Readonly<Record<string, string>>): MsgHdrs {
  const hdrs = headers()
  for (const [key, value] of Object.entries(record)) hdrs.set(key, value)
  return hdrs
}

/** Without those that NATS itself uses: they mean nothing beyond the bus. */
export function fromNatsHeaders(hdrs: MsgHdrs | undefined): Readonly<Record<string, string>> {
  if (!hdrs) return none
  const entries = hdrs.keys().map((key) => [key, hdrs.get(key)] as const)
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('Nats-')))
}
