import type { Bus } from '#core/bus/bus.ts'

/** Tells every web process that an overlay was changed, renewed or removed, so that its open sockets follow at once. */
const subject = 'ai.voice.overlay.changed'

export function announceOverlayChange(bus: Bus, overlayId: string): void {
  bus.publish(subject, new TextEncoder().encode(overlayId))
}

export async function onOverlayChange(
  bus: Bus,
  onChanged: (overlayId: string) => void,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  for await (const { body } of bus.subscribe(subject, options)) onChanged(new TextDecoder().decode(body))
}
