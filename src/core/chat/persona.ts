import { z } from 'zod'
import { expressionNames } from './expression-tags.ts'

/** Lengths bound what a persona may take of every prompt; they are generous for a file and tight for an override. */
const sentence = z.string().trim().min(1).max(300)
const paragraph = z.string().trim().min(1).max(2_000)
const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language tag such as en or pt-BR')

/** Who answers: the content of the persona file. */
export const Persona = z.strictObject({
  name: z.string().trim().min(1).max(40),
  /** Completes "You are NAME, …". */
  description: paragraph,
  personality: paragraph,
  style: paragraph,
  greeting: sentence,
  languages: z.array(language).min(1).max(20),
  expressions: z.array(z.enum(expressionNames)).default([...expressionNames]),
  voice: z.string().min(1).max(100).exactOptional(),
  do: z.array(sentence).max(30).default([]),
  dont: z.array(sentence).max(30).default([]),
  quietTopics: z.array(sentence).max(30).default([]),
})
export type Persona = z.infer<typeof Persona>

const wish = z.string().trim().min(1).max(500)

/** What an administrator may change for a guild or a channel: the setting `persona` in their scopes. */
export const PersonaOverride = z
  .object({
    name: Persona.shape.name,
    personality: wish,
    style: wish,
    greeting: sentence,
    languages: Persona.shape.languages,
    voice: z.string().min(1).max(100),
    do: z.array(sentence).max(10),
    dont: z.array(sentence).max(10),
    quietTopics: z.array(sentence).max(10),
  })
  .exactPartial()
export type PersonaOverride = z.infer<typeof PersonaOverride>

/**
 * What a person may wish for themselves: the setting `persona` in the person's scope. It reaches the model as data of
 * that person, so it can colour an answer but never lift a rule.
 */
export const PersonalWishes = z
  .object({
    callMe: z.string().trim().min(1).max(60),
    style: z.string().trim().min(1).max(200),
    language,
  })
  .exactPartial()
export type PersonalWishes = z.infer<typeof PersonalWishes>

/**
 * Lays overrides over a persona, the least specific first: a later one wins, except that limits (`dont`,
 * `quietTopics`) add up, so a channel cannot lift what its guild forbids.
 */
export function overridePersona(base: Persona, overrides: readonly PersonaOverride[]): Persona {
  return overrides.reduce(applyOverride, base)
}

function applyOverride(persona: Persona, override: PersonaOverride): Persona {
  return {
    ...persona,
    ...override,
    dont: union(persona.dont, override.dont),
    quietTopics: union(persona.quietTopics, override.quietTopics),
  }
}

function union(limits: readonly string[], more: readonly string[] = []): string[] {
  return [...new Set([...limits, ...more])]
}
