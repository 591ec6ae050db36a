import { onConsentChanged } from '#core/bus/consent-changes.ts'
import type { Bot } from '../bot-context.ts'

/** What somebody chose on our own pages holds for calls that run, from the next packet on. */
export async function followConsents({ bus, voice, logger }: Bot, signal: AbortSignal): Promise<void> {
  const changed = (userId: string) =>
    void voice.calls
      ?.onConsent(userId)
      .catch((error: unknown) => logger.warn('a consent was not read', { error }))
  await onConsentChanged(bus, changed, { signal })
}
