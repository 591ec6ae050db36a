import type { Consents } from './consents.ts'
import type { VoiceSettingsOfGuilds } from './guild-voice-settings.ts'
import type { VoiceCalls } from './voice-calls.ts'
import type { VoiceStates } from './voice-states.ts'

/** What the handlers of events share about voice. */
export interface BotVoice {
  readonly states: VoiceStates
  readonly consents: Consents
  readonly settings: VoiceSettingsOfGuilds
  /** Undefined where the bot was started without what a media worker needs. */
  readonly calls: VoiceCalls | undefined
}
