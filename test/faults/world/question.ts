import type { PlanSource } from '../../support/inference/plan.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** What a person asks, so that question and answer can be matched by their words alone. */
export function questionOf(user: string, number: number): string {
  return `question-${user}-${number}`
}

export function answerTo(question: string): string {
  return `All I know about ${question} is that somebody wanted to know it.`
}

/** Every question that stands somewhere in this text, without what an edit added. */
export function findQuestions(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/question-\w+-\d+/g), ([question]) => question))
}

export function edited(question: string): string {
  return `${question}-edited`
}

/** A model that answers the newest question in the prompt, each at a pace of its own. */
export function answerQuestions(random: SeededRandom, slowestMs: number): PlanSource {
  return ({ body }) => {
    const question =
      JSON.stringify(body)
        .match(/question-[A-Za-z0-9_-]+/g)
        ?.at(-1) ?? 'nothing'
    const tokens = answerTo(question).match(/\s*\S+/g) ?? []
    const lengthMs = random.fork(question).between(slowestMs / 10, slowestMs)
    return { tokens, tokensPerSecond: (1_000 * tokens.length) / lengthMs }
  }
}
