/** How the gateway runs end-to-end encryption where Discord's documents leave it open, or where a test wants trouble. */
export interface DaveBehaviour {
  /** The newest protocol version that is offered; 0 switches it off. Stages never have it. */
  version: 0 | 1
  /** Whether a bot that offers no version is turned away with 4017, as since March 2026. */
  isRequired: boolean
  /** Whose commit counts when both the bot and a person could make it. */
  committer: 'bot' | 'person'
  /** Of the next transition; then 1, 2, 3 … A transition 0 counts at once, the others when the bot is ready. */
  nextTransitionId: number
  /** When the bot is told of a newcomer (op 11): before the proposal to add them, after it, or not at all. */
  announces: 'before' | 'after' | 'never'
  /** Whether the bot hears that somebody went (op 13) before or after the proposal to remove them. */
  announcesLeaving: 'before' | 'after'
  /** When the bot gets the external sender (op 25): right after op 4, or only with what needs it. */
  externalSender: 'at-once' | 'when-needed'
  /** With false op 22 never comes: a transition stays pending. */
  executesTransitions: boolean
  /** A person commits when the bot does not within this time. */
  botCommitsWithinMs: number
}

export const defaultDaveBehaviour: DaveBehaviour = {
  version: 1,
  isRequired: true,
  committer: 'bot',
  nextTransitionId: 1,
  announces: 'before',
  announcesLeaving: 'before',
  externalSender: 'at-once',
  executesTransitions: true,
  botCommitsWithinMs: 2_000,
}
