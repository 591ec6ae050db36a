/**
 * Every sentence that people read on Discord. Plain and short: what happened, what it means, what to do. The names and
 * descriptions of commands are in command-texts.ts.
 */
export const strings = {
  someone: '@someone',
  someRole: '@some-role',
  linkLeftOut: '(a very long link was left out)',
} as const
