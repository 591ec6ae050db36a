import type { Mouth } from './expected-mouth.ts'
import type { LabelledSpeech } from './labelled-speech.ts'
import type { LipMethod, MouthGuess } from './method.ts'

interface Scored {
  readonly expected: Mouth
  readonly guess: MouthGuess
}

export interface Score {
  readonly frames: number
  /** Shares of frames that show the expected mouth: of all scored frames, of vowels, of closed lips. */
  readonly all: number
  readonly vowels: number
  readonly closed: number
}

/** A method that still needs its threshold between closed and open. */
export function guessAll(method: LipMethod, voices: readonly (readonly LabelledSpeech[])[]): Scored[] {
  return voices.flatMap((sentences) =>
    method.guess(sentences).flatMap((guesses, sentence) =>
      guesses.flatMap((guess, frame) => {
        const expected = sentences[sentence]?.mouths[frame]
        return expected ? [{ expected, guess }] : []
      }),
    ),
  )
}

export function score(scored: readonly Scored[], threshold: number): Score {
  const share = (some: readonly Scored[]) =>
    some.filter(({ expected, guess }) => expected === shown(guess, threshold)).length / some.length
  return {
    frames: scored.length,
    all: share(scored),
    vowels: share(scored.filter(({ expected }) => expected !== 'closed')),
    closed: share(scored.filter(({ expected }) => expected === 'closed')),
  }
}

function shown({ mouth, strength }: MouthGuess, threshold: number): Mouth {
  return strength < threshold ? 'closed' : mouth
}

/** The threshold with which the method does best on the tuning voices. */
export function bestThreshold(scored: readonly Scored[]): { threshold: number; accuracy: number } {
  let best = { threshold: 0, accuracy: 0 }
  for (let step = 0; step < 100; step++) {
    const threshold = step / 100
    const accuracy = score(scored, threshold).all
    if (accuracy > best.accuracy) best = { threshold, accuracy }
  }
  return best
}
