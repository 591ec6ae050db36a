import type { html } from 'hono/html'

/** What `html` and `raw` make: escaped, ready to be put into another template. */
export type Html = ReturnType<typeof html>
