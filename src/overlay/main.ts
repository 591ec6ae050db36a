import { Overlay } from './overlay.ts'

/** `/o/<id>#<token>`: what is behind the # stays in this page, and goes to the server only over the socket. */
const id = location.pathname.split('/').at(-1) ?? ''
const secret = location.hash.slice(1)
new Overlay({ id, token: secret === 'preview' || secret === '' ? undefined : secret })
// An address that was put in anew changes only what is behind the #, which loads nothing by itself.
addEventListener('hashchange', () => location.reload())
