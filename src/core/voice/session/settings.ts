/** How a session behaves; what is left out is the default beside it. */
export interface VoiceSettings {
  /** The companion's names, the one it goes by first, then how recognisers of other scripts write it. */
  readonly names: readonly string[]
  /** Languages that are spoken here, as tags; the first counts most. */
  readonly languages: readonly string[]
  /** Set when only one language is spoken, so that the recogniser need not guess. */
  readonly language: string | undefined
  readonly voice: string | undefined
  /** Rate of the samples that speakers push. */
  readonly inputRateHz: number
  /** Silence after which recognising begins. Three windows of the speech detector; two are within words at times. */
  readonly pauseMs: number
  /** Begin answering at the first pause, before it is certain that the person has finished. */
  readonly isSpeculative: boolean
  /** Overlapping sound that lasts so long holds our voice, until it is known whether it was speech. */
  readonly holdAfterMs: number
  /** Sound shorter than this is a cough or a click, whatever it was. */
  readonly shortestSpeechMs: number
  /** No backchannel lasts so long: our answer ends without waiting for the words. */
  readonly longestBackchannelMs: number
  /** Without a recogniser, shorter sounds count as coughs and backchannels. */
  readonly wordlessSpeechMs: number
  /** So long a held voice waits for the recogniser's words before it goes on. */
  readonly wordsWithinMs: number
  readonly maxWaitingTurns: number
  readonly turnWaitMs: number
}

export const defaultVoiceSettings: VoiceSettings = {
  names: ['Lumi', 'ルミ'],
  languages: ['en', 'de', 'ja', 'fr', 'es'],
  language: undefined,
  voice: undefined,
  inputRateHz: 48_000,
  pauseMs: 96,
  isSpeculative: true,
  holdAfterMs: 180,
  shortestSpeechMs: 140,
  longestBackchannelMs: 1_200,
  wordlessSpeechMs: 450,
  wordsWithinMs: 1_500,
  maxWaitingTurns: 4,
  turnWaitMs: 20_000,
}
