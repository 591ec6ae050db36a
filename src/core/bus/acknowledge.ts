import { nanos } from '@nats-io/transport-node'
import type { HeldItem } from './held-items.ts'
import type { NatsLink } from './nats-link.ts'

/** What a worker says about an item, https://docs.nats.io/reference/reference-protocols/nats_api_reference#acknowledging-messages */

const confirmMs = 2_000

/** Done. Resolves when the broker has confirmed it. @throws BusUnavailableError, or what the request rejects with */
export async function acknowledge(link: NatsLink, { reply }: HeldItem): Promise<void> {
  await link.nc.request(reply, '+ACK', { timeout: confirmMs })
}

/** Still at it: the broker starts its clock anew. Lost while the broker is away, as its clock may be. */
export function keepAlive(link: NatsLink, { reply }: HeldItem): void {
  if (link.isReady) link.nc.publish(reply, '+WPI')
}

/** Not done: somebody else may have it, after a delay. Lost while the broker is away; then its clock does the same. */
export function handBack(link: NatsLink, { reply }: HeldItem, delayMs: number): void {
  if (!link.isReady) return
  link.nc.publish(reply, delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK')
}
