import type { Bus } from './bus.ts'

const subject = 'ai.voice.consent.changed'

/** Tells whoever holds calls that a person chose anew whether to be heard; it holds for calls that run. */
export function announceConsent(
  bus: Bus,
  accounts: readonly { readonly platform: string; readonly platformUserId: string }[],
): void {
  for (const { platform, platformUserId } of accounts)
    if (platform === 'discord') bus.publish(subject, new TextEncoder().encode(platformUserId))
}

/** Calls back with the Discord user's id, until the signal aborts. Who misses it looks when the person is met next. */
export async function onConsentChanged(
  bus: Bus,
  onChanged: (userId: string) => void,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  for await (const { body } of bus.subscribe(subject, options)) onChanged(new TextDecoder().decode(body))
}
