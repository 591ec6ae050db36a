/** What is said in the bench, the same for everybody. */

/** Every question has its own number, so that its way through three services can be followed. */
export function questionIn(text: string): number {
  const numbers = [...text.matchAll(/number (\d+)/g)]
  return Number(numbers.at(-1)?.[1] ?? 0)
}

/**
 * Ten words, then a second sentence. Where the way through the services is measured, the first has no comma, so that
 * nobody may begin to speak before its end.
 */
export function answerTokens(question: number, hasComma: boolean): string[] {
  const first = `The answer to number ${question} is ${hasComma ? 'short, as it' : 'rather short and'} happens.`
  return `${first} And this second sentence ends the answer. `.match(/\S+ /g) ?? []
}

const sampleRateHz = 24_000
const sentenceMs = 600

/** A tone of 600 ms at 24 kHz, loud from its first sample on. */
export const sentenceSamples = Int16Array.from({ length: (sentenceMs * sampleRateHz) / 1_000 }, (_, index) =>
  Math.round(9_000 * Math.cos((2 * Math.PI * 220 * index) / sampleRateHz)),
)
