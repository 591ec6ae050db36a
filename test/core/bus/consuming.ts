import type { Bus, ConsumeOptions, Delivery } from '#core/bus/bus.ts'

/** A consumer that runs until the scope is left: `await using worker = consuming(bus, handle)`. */
export function consuming(
  bus: Bus,
  handle: (delivery: Delivery) => Promise<void>,
  options: Partial<ConsumeOptions> = {},
): AsyncDisposable & { stop: () => Promise<void> } {
  const controller = new AbortController()
  const done = bus.consume(handle, { concurrency: 16, signal: controller.signal, ...options })
  const stop = async () => {
    controller.abort()
    await done
  }
  return { stop, [Symbol.asyncDispose]: stop }
}
