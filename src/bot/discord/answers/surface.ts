/** One message of an answer, as Discord shows it now. */
export interface Shown {
  readonly id: string
  readonly content: string
}

/**
 * Where an answer appears: replies in a channel, or the messages of an interaction. Its functions throw the errors of
 * rest/faults.ts; whatever else they throw may go better another time.
 */
export interface Surface {
  /** Edits with the same key share a rate limit. */
  readonly paceKey: string
  readonly maxParts: number
  /** Sends the part after `shown`. Where Discord can tell, sending one again gives the message that there is already. */
  send(content: string, shown: readonly Shown[]): Promise<Shown>
  edit(message: Shown, content: string): Promise<Shown>
  remove(message: Shown): Promise<void>
  /** Reads back what an earlier process has shown of this answer. */
  recall(): Promise<Shown[]>
  /** Takes away what stands for an answer that is yet to come; absent where there is nothing of the kind. */
  dismiss?(): Promise<void>
  /** Tells the person alone, in place of an answer; absent where only the channel can be told. */
  tellPrivately?(sentence: string): Promise<void>
}
