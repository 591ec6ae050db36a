import { html } from 'hono/html'
import type { OverlaySettings } from '#core/protocol/stage-feed.ts'
import type { Overlay } from '#core/store/overlays.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { sourceFields } from './source-fields.ts'
import { choiceOf, guildOf } from './stage-choice.ts'
import { stageWords } from './stage-words.ts'

interface OverlayCard {
  readonly overlay: Overlay
  readonly settings: OverlaySettings
  /** Shown this one time. */
  readonly address: string | undefined
}

/** One overlay: what it looks like now, and everything that can be done to it. */
export function overlayCard({ overlay, settings, address }: OverlayCard): Html {
  const { id, name } = overlay
  return html`<li class="overlay-card" aria-labelledby="name-${id}">
<iframe class="overlay-preview" src="/o/${id}#preview" title="${stageWords.preview(name)}" loading="lazy" tabindex="-1"></iframe>
<div class="overlay-body">
<h2 id="name-${id}">${name}</h2>
<dl class="overlay-facts"><div><dt>${stageWords.feeds}</dt><dd>${feedName(overlay.stage)}</dd></div><div><dt>${stageWords.lastSeen}</dt><dd>${lastSeen(overlay)}</dd></div></dl>
${address === undefined ? html`<p class="hint">${stageWords.masked}</p>` : addressBox(id, name, address)}
<p class="overlay-actions"><a class="btn chip btn-sm" href="/overlays/${id}/calibrate">${icons.clock} ${stageWords.calibrate}</a>
<a class="btn btn-ghost btn-sm" href="/overlays/${id}/waiting-file" download="lumi-overlay.html" title="${stageWords.obsFileHint}">${icons.down} ${stageWords.obsFile}</a></p>
<details><summary>${stageWords.settings}</summary>${settingsForm(overlay, settings)}</details>
<details><summary>${stageWords.avatar}</summary>${avatarForms(overlay, settings)}</details>
${confirm(`/overlays/${id}/rotate`, stageWords.rotate, stageWords.rotateWarning, stageWords.rotateNow)}
${confirm(`/overlays/${id}/remove`, stageWords.remove, stageWords.removeWarning, stageWords.removeNow)}
</div></li>`
}

function feedName(stage: string): string {
  const { source, place } = choiceOf(stage)
  return place === '' ? stageWords.sources[source] : `${stageWords.sources[source]} (${place})`
}

function lastSeen({ lastSeenAt }: Overlay): Html | string {
  if (lastSeenAt === null) return stageWords.never
  const iso = lastSeenAt.toISOString()
  return html`<time datetime="${iso}" data-time>${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function addressBox(id: string, name: string, address: string): Html {
  return html`<section class="overlay-address" aria-label="${stageWords.addressTitle(name)}">
<label class="field"><span>${stageWords.address}</span><input readonly value="${address}" data-address data-masked-by-script id="address-${id}"></label>
<p class="overlay-actions"><button type="button" class="btn btn-primary btn-sm needs-js" data-copy-address data-done="${stageWords.copied}">${icons.copy} ${stageWords.copyAddress}</button>
<button type="button" class="btn btn-ghost btn-sm needs-js" data-reveal data-hide="${stageWords.hide}">${stageWords.show}</button></p>
<p class="hint">${stageWords.addressOnce}</p></section>`
}

function settingsForm({ id, name, stage }: Overlay, settings: OverlaySettings): Html {
  const check = (key: 'captions' | 'wordByWord' | 'bubbles' | 'sound') =>
    html`<label class="check"><input type="checkbox" name="${key}" ${settings[key] ? 'checked' : ''} ${key === 'sound' && guildOf(stage) !== undefined ? html`aria-describedby="no-sound-${id}"` : ''}> ${stageWords[key]}</label>`
  return html`<form method="post" action="/overlays/${id}" class="overlay-form">
<label class="field"><span>${stageWords.name}</span><input name="name" required maxlength="60" value="${name}"></label>
${sourceFields(id, choiceOf(stage))}
<label class="field"><span>${stageWords.delay}</span><input type="number" name="delayMs" min="0" max="1000" step="5" value="${settings.delayMs}"></label>
${check('captions')}${check('wordByWord')}${check('bubbles')}${check('sound')}
${guildOf(stage) === undefined ? '' : html`<p class="hint" id="no-sound-${id}">${stageWords.noSound}</p>`}
${select('quality', stageWords.quality, stageWords.qualities, settings.quality)}
${select('framing', stageWords.framing, stageWords.framings, settings.framing)}
<button class="btn btn-primary btn-sm">${stageWords.save}</button></form>`
}

function select(
  name: string,
  label: string,
  options: Readonly<Record<string, string>>,
  chosen: string,
): Html {
  const items = Object.entries(options).map(
    ([value, text]) => html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`,
  )
  return html`<label class="field"><span>${label}</span><select name="${name}">${items}</select></label>`
}

function avatarForms({ id, avatar }: Overlay, { motion }: OverlaySettings): Html {
  const takeOff = html`<form method="post" action="/overlays/${id}/avatar/remove"><button class="btn btn-ghost btn-sm">${stageWords.takeOff}</button></form>`
  const stop = html`<p>${stageWords.motion}</p><form method="post" action="/overlays/${id}/motion/remove"><button class="btn btn-ghost btn-sm">${stageWords.stopMotion}</button></form>`
  return html`<p>${avatar === null ? stageWords.ownAvatar : stageWords.uploaded}</p>
<form method="post" action="/overlays/${id}/avatar" enctype="multipart/form-data" class="overlay-form">
<label class="field"><span>${stageWords.avatarFile}</span><input type="file" name="file" accept=".vrm,.vrma" required></label>
<button class="btn btn-primary btn-sm">${stageWords.upload}</button></form>${avatar === null ? '' : takeOff}${motion === undefined ? '' : stop}`
}

/** Says what will happen, then asks once; works without a script. */
function confirm(action: string, label: string, warning: string, now: string): Html {
  return html`<details class="confirm"><summary>${label}</summary><form method="post" action="${action}"><p>${warning}</p><button class="btn btn-sm btn-error">${now}</button></form></details>`
}
