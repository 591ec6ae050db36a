/** The optional model that hears the end of a turn. Without it, the words decide. */
export class EndModelError extends Error {
  override readonly name = 'EndModelError'
  constructor(what: string, { cause }: { readonly cause?: unknown }) {
    super(`the end-of-turn model ${what}`, cause === undefined ? {} : { cause })
  }
}
