import { nanos } from '@nats-io/transport-node'
import { idOf } from './delivered-item.ts'
import type { HeldItem } from './held-items.ts'
import type { JetStreamBroker } from './jetstream-broker.ts'
import type { NatsLink } from './nats-link.ts'

/** What a worker says about an item, https://docs.nats.io/reference/reference-protocols/nats_api_reference#acknowledging-messages */

const confirmMs = 2_000

/**
 * Done. Resolves when the broker has confirmed it, or no longer has the item.
 * @throws BusUnavailableError, or what the request rejects with
 */
export async function acknowledge(broker: JetStreamBroker, item: HeldItem): Promise<void> {
  const { link } = broker
  const isOfThisEpoch = item.reply !== undefined && item.epoch === link.epoch
  // A broker that crashed may have given the sequence to another item, which would be acknowledged instead.
  if (!isOfThisEpoch && !(await isInQueue(broker, item))) return
  if (item.reply === undefined) await broker.deleteWork(item.sequence)
  else await link.answered(link.nc.request(item.reply, '+ACK', { timeout: confirmMs }))
}

async function isInQueue(broker: JetStreamBroker, { sequence, id }: HeldItem): Promise<boolean> {
  const message = await broker.readWork(sequence)
  return message !== undefined && idOf(message.header, message.seq) === id
}

/** Still at it: the broker starts its clock anew. Lost while the broker is away, as its clock may be. */
export function keepAlive(link: NatsLink, { reply }: HeldItem): void {
  if (link.isReady && reply !== undefined) link.nc.publish(reply, '+WPI')
}

/** Not done: somebody else may have it, after a delay. Lost while the broker is away; then its clock does the same. */
export function handBack(link: NatsLink, { reply }: HeldItem, delayMs: number): void {
  if (!link.isReady || reply === undefined) return
  link.nc.publish(reply, delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK')
}
