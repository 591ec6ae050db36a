/** All in milliseconds of silence after the last speech that was heard. */
export interface EndpointingSettings {
  /** The transcript is a whole sentence or a question. */
  readonly finishedMs: number
  /** It has a full stop after a word that hardly ends a sentence. */
  readonly doubtfulMs: number
  /** The transcript does not tell, or none came (yet): at least, and at most for a speaker of long pauses. */
  readonly openMs: number
  readonly openMaxMs: number
  /** It is a transcript with capitals but without a mark at its end. */
  readonly unmarkedMs: number
  /** The transcript stops in the middle, or the audio model hears that it goes on. */
  readonly unfinishedMs: number
  /** From this probability on the audio model is believed that the turn is over. */
  readonly endProbability: number
  /** Whether the transcript's words are looked at. */
  readonly usesTranscript: boolean
}

export const defaultEndpointing: EndpointingSettings = {
  finishedMs: 260,
  doubtfulMs: 700,
  openMs: 400,
  openMaxMs: 700,
  unmarkedMs: 1_200,
  unfinishedMs: 1_500,
  endProbability: 0.5,
  usesTranscript: true,
}
