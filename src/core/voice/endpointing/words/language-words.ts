/** What shows in one language that a sentence goes on. All lower-case, apostrophes straight. */
export interface LanguageWords {
  /** Said while looking for words, anywhere. */
  readonly fillers: ReadonlySet<string>
  /** Nothing ends with these: articles, conjunctions, possessives. */
  readonly never: ReadonlySet<string>
  /** Seldom last, but a recogniser that writes a full stop after one is believed: prepositions, auxiliaries. */
  readonly seldom: ReadonlySet<string>
  /** Of those, the ones after which a full stop is more often the recogniser's mistake than the speaker's. */
  readonly doubted: ReadonlySet<string>
  /** First words of questions. */
  readonly questions: ReadonlySet<string>
  /** Further common words, by which the language is known. */
  readonly common: ReadonlySet<string>
}

export function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter((word) => word !== ''))
}
