/** Whose a route is. The test fails for a route that is not here. */
export type Route =
  /** Answers anybody, and knows nobody. */
  | 'anyone'
  /** Knows only who asks: nothing in its address or form names somebody's things. */
  | 'own'
  /** Refuses whoever is not named in ADMIN_IDENTITIES. */
  | 'admins'
  /** Names things: how somebody else would ask for those of their owner. */
  | Attack

export interface Attack {
  readonly path: string
  readonly fields?: Readonly<Record<string, string>>
}

/** What belongs to the person who is attacked. */
export interface Victim {
  readonly turn: string
  readonly talk: string
  readonly talkId: string
  readonly overlay: string
  readonly session: string
  readonly account: string
}

export function routeTable({
  turn,
  talk,
  talkId,
  overlay,
  session,
  account,
}: Victim): Readonly<Record<string, Route>> {
  const key = 'a-key-of-the-attack'
  return {
    'GET /livez': 'anyone',
    'GET /readyz': 'anyone',
    'GET /assets/*': 'anyone',
    'GET /o/:id': 'anyone',
    'GET /stage/up': 'anyone',
    'GET /stage/avatars/:file': 'anyone',
    'POST /theme': 'anyone',
    'GET /sign-in': 'anyone',
    'GET /sign-in/:provider': 'anyone',
    'GET /sign-in/:provider/callback': 'anyone',
    'POST /sign-out': 'anyone',
    'GET /': 'own',
    'GET /connect': 'own',
    'GET /new': 'own',
    'GET /overlays': 'own',
    'GET /identity': 'own',
    'POST /sockets/ticket': 'own',
    'GET /c/:conversation': { path: `/c/${talk}` },
    'POST /chat/send': { path: '/chat/send', fields: { conversation: talk, key, text: 'x', replaces: turn } },
    'POST /chat/regenerate': { path: '/chat/regenerate', fields: { conversation: talk, key, turn } },
    'POST /chat/stop': { path: '/chat/stop', fields: { conversation: talk, turn } },
    'GET /chat/turns/:turn/speech': { path: `/chat/turns/${turn}/speech` },
    'POST /overlays': {
      path: '/overlays',
      fields: { name: 'x', source: 'page', place: '', ownerId: account, id: overlay },
    },
    'POST /overlays/:id': {
      path: `/overlays/${overlay}`,
      fields: { name: 'x', source: 'page', place: '', delayMs: '0', quality: 'auto', framing: 'whole' },
    },
    'POST /overlays/:id/rotate': { path: `/overlays/${overlay}/rotate` },
    'POST /overlays/:id/remove': { path: `/overlays/${overlay}/remove` },
    'GET /overlays/:id/calibrate': { path: `/overlays/${overlay}/calibrate` },
    'POST /overlays/:id/delay': { path: `/overlays/${overlay}/delay`, fields: { delayMs: '900' } },
    'POST /overlays/:id/clap': { path: `/overlays/${overlay}/clap` },
    'GET /overlays/:id/waiting-file': { path: `/overlays/${overlay}/waiting-file` },
    'POST /overlays/:id/avatar': { path: `/overlays/${overlay}/avatar` },
    'POST /overlays/:id/avatar/remove': { path: `/overlays/${overlay}/avatar/remove` },
    'POST /overlays/:id/motion/remove': { path: `/overlays/${overlay}/motion/remove` },
    'POST /identity/unlink': { path: '/identity/unlink', fields: { platform: 'discord', account } },
    'POST /identity/sessions/end': { path: '/identity/sessions/end', fields: { session } },
    'GET /identity/merge': { path: `/identity/merge?offer=${'x'.repeat(43)}` },
    'POST /identity/merge': { path: '/identity/merge', fields: { offer: 'x'.repeat(43) } },
    'GET /account': 'own',
    'GET /account/export': 'own',
    'POST /account/you': 'own',
    'POST /account/character': 'own',
    'POST /account/history': 'own',
    'POST /account/privacy': 'own',
    'POST /account/forget': 'own',
    'POST /account/delete': 'own',
    'GET /account/talks/:talk': { path: `/account/talks/${talkId}` },
    'POST /account/talks/:talk/forget': { path: `/account/talks/${talkId}/forget` },
    'POST /account/talks/:talk/turns/:turn/forget': {
      path: `/account/talks/${talkId}/turns/${turn}/forget`,
    },
    'GET /admin': 'admins',
    'POST /admin/panic': 'admins',
  }
}
