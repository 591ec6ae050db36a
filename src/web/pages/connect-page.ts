import { html, raw } from 'hono/html'
import type { Inference } from '#core/inference/ports.ts'
import { words } from '../words.ts'
import { connectWords } from './connect-words.ts'
import type { Html } from './html.ts'
import { icons } from './icons.ts'
import { type PageFrame, page } from './layout.ts'
import { themeMenu } from './theme-menu.ts'

export interface ConnectPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly inference: Inference
}

/** How to give the companion a mind of one's own, and what it has now. */
export function connectPage({ theme, assets, inference }: ConnectPage): Html {
  const body = html`<main class="text-page">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/">${icons.back} ${words.errors.back}</a>${themeMenu(theme, '/connect')}</header>
<h1>${connectWords.title}</h1>
<p>${inference.chatModel.isDemo ? connectWords.leadDemo : connectWords.lead}</p>
${connected(inference)}
${connectWords.recipes.map(recipe)}
<p>${connectWords.more}</p>
</main>
<p class="sr-only" role="status" data-status></p>`
  const head = html`<meta name="description" content="${connectWords.title}">`
  return page({
    title: `${connectWords.title} · ${words.product}`,
    theme,
    assets,
    kind: 'text',
    body,
    head,
    hasScript: true,
  })
}

function connected({ chatModel, transcriber, synthesizer, embedder, reranker }: Inference): Html {
  const { services, none } = connectWords
  const rows = Object.entries({ chatModel, transcriber, synthesizer, embedder, reranker }).map(
    ([key, service]) => {
      const label = services[key as keyof typeof services]
      return html`<div class="fact"><dt>${label}</dt><dd>${service?.name ?? none}</dd></div>`
    },
  )
  return html`<section><h2>${connectWords.now}</h2><dl class="facts">${rows}</dl></section>`
}

function recipe({ title, text, steps, env }: (typeof connectWords.recipes)[number], index: number): Html {
  const copy = html`<button type="button" class="btn btn-ghost btn-xs needs-js" data-copy="code">${words.copyCode}</button>`
  return html`<section class="recipe" aria-labelledby="recipe-${index}"><h2 id="recipe-${index}">${title}</h2><p>${text}</p>
<ol class="steps">${steps.map((step) => html`<li>${raw(step)}</li>`)}</ol>
<div class="code"><div class="code-head"><span>.env</span>${copy}</div><pre tabindex="0"><code>${env}</code></pre></div></section>`
}
