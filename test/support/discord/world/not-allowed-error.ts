/** Somebody tried what Discord's own client would not let them do; the test is wrong, not the bot. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'
}
