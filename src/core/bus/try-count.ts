import { createHash } from 'node:crypto'
import type { HeldItem } from './held-items.ts'
import type { JetStreamBroker } from './jetstream-broker.ts'
import { triesStream } from './streams.ts'

/**
 * The number of the try that is about to begin. The broker's own delivery count would be wrong: an item that waits for
 * its lane is handed back and delivered again without ever being tried. So each try after the first delivery is written
 * down before it begins, where all workers see it, also when it kills the worker.
 */
export async function countTry(
  broker: JetStreamBroker,
  { id, deliveryCount }: Pick<HeldItem, 'id' | 'deliveryCount'>,
): Promise<number> {
  if (deliveryCount === 1) return 1
  const subject = `ai.chat.tries.${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
  const last = await broker.lastMessage(triesStream, subject)
  // Without a record the first delivery is taken for a try: it may have been one that died.
  const tries = (last ? Number(last.string()) : 1) + 1
  await broker.store(subject, new TextEncoder().encode(String(tries)), { id: `${subject}.${tries}` })
  return tries
}
