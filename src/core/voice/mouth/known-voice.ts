import type { Synthesizer } from '#core/inference/ports.ts'
import { VoiceColour } from '../visemes/voice-colour.ts'
import { Loudness } from './loudness.ts'

/** What was learned of a voice from what it said before: the next answer begins at the right loudness and shape. */
export class KnownVoice {
  readonly loudness = new Loudness()
  readonly colour = new VoiceColour()
}

const known = new WeakMap<Synthesizer, Map<string, KnownVoice>>()
/** Names of voices come from personas; when there are more than this, all are learned anew. */
const maxVoices = 100

export function knownVoice(synthesizer: Synthesizer, name = ''): KnownVoice {
  const voices = known.get(synthesizer) ?? new Map<string, KnownVoice>()
  known.set(synthesizer, voices)
  const voice = voices.get(name) ?? new KnownVoice()
  if (voices.size >= maxVoices) voices.clear()
  voices.set(name, voice)
  return voice
}
