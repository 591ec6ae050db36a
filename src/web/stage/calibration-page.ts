import { html } from 'hono/html'
import type { Overlay } from '#core/store/overlays.ts'
import type { WebAssets } from '../assets/open-assets.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { page } from '../pages/layout.ts'
import type { Theme } from '../pages/theme.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import { settingsOf } from './overlay-settings.ts'
import { guildOf } from './stage-choice.ts'
import { stageScript } from './stage-script.ts'
import { stageWords } from './stage-words.ts'

export interface CalibrationPage {
  readonly overlay: Overlay
  readonly theme: Theme
  readonly assets: WebAssets
}

const { calibration } = stageWords

/** Claps, and two tracks to lay on one another; the slider moves the mouth of every open overlay while one listens. */
export function calibrationPage({ overlay, theme, assets }: CalibrationPage): Html {
  const { id, name } = overlay
  const { delayMs } = settingsOf(overlay)
  const isCall = guildOf(overlay.stage) !== undefined
  const body = html`<main class="text-page calibration" data-calibration="${id}">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/overlays">${icons.back} ${calibration.back}</a>${themeMenu(theme, '/')}</header>
<h1>${calibration.title(name)}</h1>
<p>${isCall ? calibration.leadInCall : calibration.lead}</p>
<noscript><p>${calibration.needsScript}</p></noscript>
<iframe class="overlay-preview calibration-preview" src="/o/${id}#preview" title="${stageWords.preview(name)}" tabindex="-1"></iframe>
<div class="tracks" data-tracks aria-hidden="true">
<p>${calibration.mouth}</p><div class="track track-mouth" data-track="mouth"></div>
<p>${calibration.sound}</p><div class="track track-sound" data-track="sound"></div>
</div>
<form class="calibration-form" data-delay-form method="post" action="/overlays/${id}/delay">
<label class="calibration-slider"><span>${calibration.delay}</span><output data-delay-value>${delayMs} ${calibration.ms}</output>
<input type="range" name="delayMs" min="0" max="600" step="5" value="${Math.min(delayMs, 600)}" aria-describedby="keys" data-delay></label>
<p class="hint" id="keys">${calibration.keys}</p>
<p class="overlay-actions needs-js"><button type="button" class="btn btn-primary" data-clap data-stop="${calibration.stop}">${calibration.start}</button>
<label class="check"><input type="checkbox" ${isCall ? '' : 'checked'} data-clap-here> ${calibration.heardHere}</label></p>
<noscript><button class="btn btn-primary">${stageWords.save}</button></noscript>
<p class="hint" role="alert" data-clap-trouble data-broken="${calibration.broken}"></p>
</form>
<p class="hint">${isCall ? calibration.inCall : calibration.discord}</p>
</main>
<p class="sr-only" role="status" data-status data-saved="${calibration.saved}"></p>`
  return page({
    title: `${calibration.title(name)} · ${words.product}`,
    theme,
    assets,
    kind: 'text',
    body,
    head: stageScript(assets, 'overlay/calibration.ts'),
    hasScript: true,
  })
}
