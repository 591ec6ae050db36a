import { VoiceEncryptionMode } from 'discord-api-types/voice/v8'
import { type DaveBehaviour, defaultDaveBehaviour } from './dave/dave-behaviour.ts'
import type { TransportMode } from './transport-cipher.ts'

/**
 * How these voice servers behave where Discord's documents leave it open, or where a test wants trouble. May be changed
 * at any time; it counts from the next event on.
 */
export interface VoiceBehaviour {
  /** End-to-end encryption. */
  dave: DaveBehaviour
  /** Offered in op 2; the client takes the first that it knows. */
  modes: readonly TransportMode[]
  heartbeatIntervalMs: number
  /** With false the bot must notice by itself that the connection is dead. */
  acksHeartbeats: boolean
  /** VOICE_SERVER_UPDATE before VOICE_STATE_UPDATE; @discordjs/voice then never connects. */
  serverUpdateFirst: boolean
  /** Op 4 gets no answer at all. */
  ignoresJoins: boolean
  /** Closes with this code as soon as the bot has reached that point, each time. */
  refusal: { readonly code: number; readonly at: 'open' | 'identify' | 'select-protocol' } | undefined
  /** When the bot is told who is there already (op 11): after op 2 or only after op 4. */
  listsPeopleAfter: 'ready' | 'session-description'
  /** Whether what was missed is sent again before or after op 9. */
  replaysBeforeResumed: boolean
  /** When the bot is told whose SSRC it is: op 5 before a person's first packet, 100 ms after it, or not at all. */
  announcesSpeaking: 'before' | 'after' | 'never'
  /** How long op 5 comes before the first packet. A packet that overtakes it is dropped by @discordjs/voice. */
  speakingLeadMs: number
  /** Whether a moderator's move closes the old socket (4014) before the new server is told. */
  moveClosesSocket: boolean
}

const defaultVoiceBehaviour: VoiceBehaviour = {
  dave: defaultDaveBehaviour,
  modes: [VoiceEncryptionMode.AeadAes256GcmRtpSize, VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize],
  heartbeatIntervalMs: 13_750,
  acksHeartbeats: true,
  serverUpdateFirst: false,
  ignoresJoins: false,
  refusal: undefined,
  listsPeopleAfter: 'ready',
  replaysBeforeResumed: false,
  announcesSpeaking: 'before',
  speakingLeadMs: 20,
  moveClosesSocket: true,
}

/** What a test asks for; the rest is as at Discord, or as the library gets on with it best. */
export type VoiceOptions = Partial<Omit<VoiceBehaviour, 'dave'>> & { readonly dave?: Partial<DaveBehaviour> }

export function voiceBehaviour(options: VoiceOptions = {}): VoiceBehaviour {
  return { ...defaultVoiceBehaviour, ...options, dave: { ...defaultDaveBehaviour, ...options.dave } }
}
