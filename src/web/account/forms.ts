import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'

interface Switch {
  /** How it is now. */
  readonly state: string
  readonly value: string
  /** What the button does. */
  readonly label: string
}

/** A sentence that says how something is, and the button that changes it. */
export function switchForm(action: string, field: string, { state, value, label }: Switch): Html {
  return html`<form method="post" action="${action}" class="account-switch"><p>${state}</p><button class="btn chip btn-sm" name="${field}" value="${value}">${label}</button></form>`
}

/** A button that first says what will happen; the second one does it. */
export function askOnce(question: {
  readonly ask: string
  readonly what: string
  readonly action: string
}): Html {
  const { ask, what, action } = question
  return html`<details class="asks account-asks"><summary class="btn chip btn-sm">${ask}</summary>
<form method="post" action="${action}"><p>${what}</p><button class="btn btn-error btn-sm">${ask}</button></form></details>`
}
