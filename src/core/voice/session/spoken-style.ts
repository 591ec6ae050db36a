import type { Persona } from '#core/chat/persona.ts'

const spokenStyle = [
  'Your words are spoken aloud as you write them: talk as in a conversation, in one to three short sentences, unless you are asked for more.',
  'No Markdown, lists, headings, code, links or emoji; write numbers and signs as you would say them.',
  'What people say reaches you through a speech recogniser: read past words that it misheard, and ask when it matters.',
]

/** The same persona, told that it is heard rather than read. The same at every turn, for the model's prefix cache. */
export function forSpeaking(persona: Persona): Persona {
  return { ...persona, do: [...persona.do, ...spokenStyle] }
}
