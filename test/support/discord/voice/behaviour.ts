import { VoiceEncryptionMode } from 'discord-api-types/voice/v8'

/**
 * How these voice servers behave where Discord's documents leave it open, or where a test wants trouble. May be changed
 * at any time; it counts from the next event on.
 */
export interface VoiceBehaviour {
  /** Offered in op 2; the client takes the first that it knows. */
  modes: readonly VoiceEncryptionMode[]
  heartbeatIntervalMs: number
  /** With false the bot must notice by itself that the connection is dead. */
  acksHeartbeats: boolean
  /** VOICE_SERVER_UPDATE before VOICE_STATE_UPDATE; @discordjs/voice then never connects. */
  serverUpdateFirst: boolean
  /** Op 4 gets no answer at all. */
  ignoresJoins: boolean
  /** Closes with this code as soon as the bot has reached that point, each time. */
  refusal: { readonly code: number; readonly at: 'open' | 'identify' | 'select-protocol' } | undefined
  /** Whether what was missed is sent again before or after op 9. */
  replaysBeforeResumed: boolean
  /** When the bot is told whose SSRC it is: op 5 before or after a person's first packet, or not at all. */
  announcesSpeaking: 'before' | 'after' | 'never'
  /** Whether a moderator's move closes the old socket (4014) before the new server is told. */
  moveClosesSocket: boolean
}

export const defaultVoiceBehaviour: VoiceBehaviour = {
  modes: [VoiceEncryptionMode.AeadAes256GcmRtpSize, VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize],
  heartbeatIntervalMs: 13_750,
  acksHeartbeats: true,
  serverUpdateFirst: false,
  ignoresJoins: false,
  refusal: undefined,
  replaysBeforeResumed: false,
  announcesSpeaking: 'before',
  moveClosesSocket: true,
}
