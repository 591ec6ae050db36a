import { OverlaySettings } from '#core/protocol/stage-feed.ts'
import type { Overlay } from '#core/store/overlays.ts'

const defaults = OverlaySettings.parse({})

/** Rows of an older version, or of somebody's hand, stay readable: what is not understood is the default. */
export function settingsOf({ settings }: Pick<Overlay, 'settings'>): OverlaySettings {
  return OverlaySettings.catch(defaults).parse(settings)
}
