/**
 * `played` to the end, `cut` by a person or a stop, `failed` for a fault, `quiet` because it was said to somebody else,
 * `dismissed` as a backchannel or our own echo, `left-out` because too many waited.
 */
export type TurnOutcome = 'played' | 'cut' | 'failed' | 'quiet' | 'dismissed' | 'left-out'

/** What one turn took, in milliseconds; without the words. */
export interface TurnTimes {
  /** From the end of speech to the decision that the turn is over. */
  readonly eouDelayMs?: number
  /** From the end of speech to the transcript that was answered. */
  readonly sttFinalMs?: number
  /** From the model's start to its first words. */
  readonly llmTtftMs?: number
  /** From the model's start to the end of its first sentence. */
  readonly llmFirstSentenceMs?: number
  /** From the first sentence to the first sound. */
  readonly ttsTtfbMs?: number
  /** From the end of speech to the first audible frame. */
  readonly e2eMs?: number
  /** From the beginning of overlapping speech to our last audible frame. */
  readonly bargeInStopMs?: number
}

export interface TurnReport {
  readonly turnId: string
  readonly speakerId: string
  readonly outcome: TurnOutcome
  readonly times: TurnTimes
  readonly underruns: number
  /** How far frames strayed from their 20 ms, the 99th percentile. */
  readonly frameJitterMs: number
  /** `kept`: the answer was begun before the turn's end was certain. `dropped`: one was, and thrown away unheard. */
  readonly speculation: 'kept' | 'dropped' | 'none'
}

/** The moments that times are computed from, on the room's clock. */
export interface TurnMoments {
  readonly speechEndMs: number
  readonly turnEndMs?: number | undefined
  readonly transcriptMs?: number | undefined
  readonly modelStartMs?: number | undefined
  readonly firstTextMs?: number | undefined
  readonly firstSentenceMs?: number | undefined
  readonly ttsFirstByteMs?: number | undefined
  readonly firstAudibleFrameMs?: number | undefined
  readonly overlapMs?: number | undefined
  readonly silencedMs?: number | undefined
}

export function timesOf(moments: TurnMoments): TurnTimes {
  const { speechEndMs, turnEndMs, transcriptMs, modelStartMs, firstTextMs, firstSentenceMs } = moments
  const { ttsFirstByteMs, firstAudibleFrameMs, overlapMs, silencedMs } = moments
  return {
    ...between('eouDelayMs', speechEndMs, turnEndMs),
    ...between('sttFinalMs', speechEndMs, transcriptMs),
    ...between('llmTtftMs', modelStartMs, firstTextMs),
    ...between('llmFirstSentenceMs', modelStartMs, firstSentenceMs),
    ...between('ttsTtfbMs', firstSentenceMs, ttsFirstByteMs),
    ...between('e2eMs', speechEndMs, firstAudibleFrameMs),
    ...between('bargeInStopMs', overlapMs, silencedMs),
  }
}

function between(name: keyof TurnTimes, from: number | undefined, to: number | undefined): TurnTimes {
  return from === undefined || to === undefined ? {} : { [name]: to - from }
}
