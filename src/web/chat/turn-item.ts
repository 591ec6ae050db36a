import { html, raw } from 'hono/html'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { words } from '../words.ts'
import type { TurnView } from './socket-protocol.ts'

export interface TurnItemOptions {
  readonly name: string
  readonly conversation: string
  /** Made anew for every page, so that sending a form twice counts once. */
  readonly newKey: () => string
  readonly isLast: boolean
}

/**
 * One message and its answer. The browser's script clones an empty one from a template and fills the same parts, so
 * this is the only place that knows their markup.
 */
export function turnItem(turn: TurnView, options: TurnItemOptions): Html {
  const { reply } = turn
  const { name, isLast } = options
  return html`<li class="turn" data-turn="${turn.id}" data-status="${reply.status}"${isLast ? raw(' data-last id="latest"') : ''}>
<article class="said" aria-label="${words.youSaid}"><p class="said-text" data-part="said">${turn.said}</p>
<div class="actions actions-said">${editLink(turn, options)}</div></article>
<article class="reply" aria-label="${words.nameSaid(name)}"${reply.status === 'running' ? raw(' aria-busy="true"') : ''}>
<div class="prose" data-part="body">${replyBody(turn)}</div>
<p class="reply-state" data-part="state">${stateLine(turn, name)}</p>
<div class="actions actions-reply">${replyActions(turn, options)}</div></article></li>`
}

/** An empty turn for the browser to clone. */
export function turnTemplate(options: Omit<TurnItemOptions, 'isLast'>): Html {
  const empty: TurnView = { id: '', said: '', reply: { status: 'waiting' } }
  return html`<template id="turn-template">${turnItem(empty, { ...options, isLast: false })}</template>`
}

function replyBody({ reply }: TurnView): Html | string {
  if (reply.status === 'waiting' || (reply.status === 'running' && reply.text === '')) return ''
  // Made by renderMarkdown, which escapes everything that is not its own.
  if (reply.status !== 'running') return raw(reply.html)
  return html`<p class="streaming">${reply.text}</p>`
}

function stateLine({ reply }: TurnView, name: string): string {
  if (reply.status === 'waiting' || reply.status === 'running') return words.stillAnswering(name)
  if (reply.status === 'stopped') return reply.notice ?? words.stopped
  if (reply.status === 'failed') return reply.notice ?? words.failed
  return ''
}

function editLink(turn: TurnView, { conversation }: TurnItemOptions): Html {
  return html`<a class="btn btn-ghost btn-circle" href="/c/${conversation}?edit=${turn.id}#text" data-action="edit" aria-label="${words.edit}" title="${words.edit}">${icons.edit}</a>`
}

function replyActions(turn: TurnView, { conversation, newKey }: TurnItemOptions): Html {
  return html`${scriptButton('copy', words.copy, icons.copy)}${scriptButton('speak', words.readAloud, icons.sound)}
<form method="post" action="/chat/regenerate" class="regenerate" data-action="regenerate">
<input type="hidden" name="conversation" value="${conversation}"><input type="hidden" name="turn" value="${turn.id}"><input type="hidden" name="key" value="${newKey()}">
<button class="btn btn-ghost btn-circle" aria-label="${words.regenerate}" title="${words.regenerate}">${icons.again}</button></form>
<form method="post" action="/chat/stop" class="stop-form" data-action="stop">
<input type="hidden" name="conversation" value="${conversation}"><input type="hidden" name="turn" value="${turn.id}">
<button class="btn btn-outline btn-sm">${icons.stop} ${words.stop}</button></form>`
}

function scriptButton(action: string, label: string, icon: Html): Html {
  return html`<button type="button" class="btn btn-ghost btn-circle needs-js" data-action="${action}" aria-label="${label}" title="${label}">${icon}</button>`
}
