import { html } from 'hono/html'
import { lumiFigure } from '../lumi/lumi-svg.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { words } from '../words.ts'

/** The companion itself: a third of a wide window, a strip above the conversation on a phone. */
export function stage(name: string): Html {
  return html`<section class="stage" aria-label="${name}" data-stage>
<div class="stage-figure">${lumiFigure()}</div>
<div class="stage-words"><h1>${name}</h1><p class="stage-state"><span class="stage-light"></span><span data-state-word>${words.states.listening}</span></p>
<button type="button" class="btn btn-ghost btn-sm read-aloud needs-js" aria-pressed="false" data-read-aloud>${icons.sound} ${words.readAloud}</button></div>
<button type="button" class="btn btn-ghost btn-circle stage-fold needs-js" aria-expanded="true" aria-label="${words.collapse(name)}" data-fold>${icons.fold}</button>
</section>`
}
