/** Why a turn was ended from outside; the reason of its signal. */
export class TurnEndedError extends Error {
  override readonly name = 'TurnEndedError'
  /**
   * `withdrawn`: the guess that the person had finished was wrong, nobody heard anything; `interrupted` by a person;
   * `stopped` by a command; `closed` with the session.
   */
  readonly why: 'withdrawn' | 'interrupted' | 'stopped' | 'closed'
  constructor(why: TurnEndedError['why']) {
    super(`the turn was ended: ${why}`)
    this.why = why
  }
}
