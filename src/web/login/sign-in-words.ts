/** Everything that the pages of signing in say. */
export const signInWords = {
  title: 'Sign in',
  lead: (name: string) =>
    `${name} remembers you wherever you talk: sign in with the account that it knows you by.`,
  with: (label: string) => `Continue with ${label}`,
  privacy: 'Only your id and your name there are read, never your e-mail address, contacts or messages.',
  proxyOnly:
    'People are signed in by the Authentik proxy in front of this page. Open it at its public address.',
  account: 'Your account',
  signOut: 'Sign out',
  accountsTitle: 'How you sign in',
  accountsLead: 'Each of these accounts is you. Whichever you use, conversations and settings are the same.',
  linked: 'Linked accounts',
  linkMore: 'Link another account',
  unlink: 'Unlink',
  unlinkWhat: (label: string) =>
    `Unlinks ${label}. What was said there stays with that account and is no longer yours to see here.`,
  unlinkGone: (label: string) =>
    `Unlinks ${label}. You cannot sign in with it any more until you link it again.`,
  onlyOne: 'This is the only account you can sign in with, so it cannot be unlinked. Link another one first.',
  sessions: 'Where you are signed in',
  thisBrowser: 'this browser',
  lastUsed: (when: string) => `last used ${when}`,
  endSession: 'Sign out there',
  endOthers: 'Sign out everywhere else',
  platforms: {
    google: 'Google',
    discord: 'Discord',
    github: 'GitHub',
    twitch: 'Twitch',
    authentik: 'Authentik',
    web: 'This site',
  },
  noName: 'without a name',
  mergeTitle: 'Make one person of two',
  mergeLead: (label: string) =>
    `That ${label} account is already known here as another person. You have just shown that both are you. Merging brings over:`,
  mergeAccounts: (names: readonly string[]) =>
    `the account${names.length === 1 ? '' : 's'} ${names.join(', ')}`,
  mergeTurns: (count: number) =>
    count === 1 ? 'one message and its answer' : `${count} messages and their answers`,
  mergeOverlays: (count: number) => (count === 1 ? 'one overlay' : `${count} overlays`),
  mergeRest:
    'What either of you refused, like being heard or kept, stays refused. Your names and settings here win. This cannot be undone.',
  merge: 'Merge them',
  keepApart: 'Leave them apart',
  done: {
    linked: 'The account is linked.',
    known: 'That account was linked already.',
    unlinked: 'The account is unlinked.',
    merged: 'Both are one person now.',
    proved: 'Thank you. Now choose what you wanted to change.',
    ended: 'Signed out there.',
  },
  problems: {
    stale: 'This sign-in was begun in another browser, took too long or was used already. Begin again.',
    denied: 'You said no at the provider, so nothing happened. Choose any of these when you want to sign in.',
    failed: 'The provider’s answer could not be trusted, so nobody was signed in. Begin again.',
    away: 'The provider does not answer at the moment. Try again in a minute, or use another one.',
    busy: 'There were too many attempts from your network. Wait a minute and begin again.',
    prove:
      'For this you must have signed in within the last minutes. Sign in again, then choose it once more.',
    other: 'That account is somebody else’s, so nothing was changed. Use one that is linked to you.',
    last: 'That is the only account you can sign in with, so it stays. Link another one first.',
    gone: 'There is nothing to merge any more. Link the account again to see.',
  },
  stale: 'To change how you sign in, show once more that it is you:',
  again: 'sign in again',
  goodbye: 'You are signed out.',
} as const

export type Problem = keyof typeof signInWords.problems
export type Done = keyof typeof signInWords.done
