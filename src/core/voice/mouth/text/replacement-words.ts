/** What is said in place of what nobody wants to hear read out. */
export const replacementWords = {
  code: 'The code is in the chat.',
  table: 'The table is in the chat.',
  link: 'the link in the chat',
} as const
