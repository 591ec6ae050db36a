import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8'
import { z } from 'zod'
import type { VoiceConnection } from './connection.ts'
import { handleDavePayload } from './dave/dave-opcodes.ts'
import type { Room } from './room.ts'
import type { VoiceSession } from './session.ts'
import type { Voice } from './voice.ts'

/** What the bot may send as JSON (opcodes-and-status-codes.mdx, "Voice Opcodes"). Returns the close code of a refusal. */
export function handleVoicePayload(
  voice: Voice,
  connection: VoiceConnection,
  op: number,
  d: unknown,
): number | undefined {
  if (op === VoiceOpcodes.Identify) return identify(voice, connection, d)
  if (op === VoiceOpcodes.Resume) return resume(voice, connection, d)
  if (op === VoiceOpcodes.Heartbeat) return heartbeat(voice, connection, d)
  const { session } = connection
  if (session === undefined) return VoiceCloseCodes.NotAuthenticated
  if (op === VoiceOpcodes.SelectProtocol) return selectProtocol(voice, session, d)
  if (op === VoiceOpcodes.Speaking) return speaking(voice, session, d)
  return handleDavePayload(voice, session, op, d) ? undefined : VoiceCloseCodes.UnknownOpcode
}

const Identify = z.object({
  server_id: z.string(),
  user_id: z.string(),
  session_id: z.string(),
  token: z.string(),
  max_dave_protocol_version: z.number().default(0),
})

function identify(voice: Voice, connection: VoiceConnection, d: unknown): number | undefined {
  const asked = Identify.safeParse(d)
  if (!asked.success) return VoiceCloseCodes.FailedToDecode
  if (connection.session !== undefined) return VoiceCloseCodes.AlreadyAuthenticated
  const { behaviour, state } = voice
  const { server_id: guildId, user_id: userId, session_id: sessionId, token } = asked.data
  const { max_dave_protocol_version: maxDaveVersion } = asked.data
  state.ledger.append({ type: 'voice.identified', guildId, connection: connection.number, maxDaveVersion })
  if (behaviour.refusal?.at === 'identify') return behaviour.refusal.code
  const session = voice.sessions.get(guildId)
  if (session?.sessionId !== sessionId || userId !== state.bot.id) return VoiceCloseCodes.SessionNoLongerValid
  if (session.token !== token) return VoiceCloseCodes.AuthenticationFailed
  const room = voice.room(session.channelId)
  session.daveVersion = Math.min(room.daveVersion, maxDaveVersion)
  if (behaviour.dave.isRequired && session.daveVersion < room.daveVersion)
    return VoiceCloseCodes.EndToEndEncryptionDAVEProtocolRequired
  attach(session, connection)
  session.isIdentified = true
  session.send(VoiceOpcodes.Ready, {
    ssrc: session.ssrc,
    ip: '127.0.0.1',
    port: voice.udpPort,
    modes: behaviour.modes,
    experiments: [],
  })
  if (behaviour.listsPeopleAfter === 'ready') listPeople(room, session)
  return undefined
}

function listPeople({ people }: Room, session: VoiceSession): void {
  if (people.size > 0) session.send(VoiceOpcodes.ClientsConnect, { user_ids: [...people.keys()] })
}

const Resume = z.object({
  server_id: z.string(),
  session_id: z.string(),
  token: z.string(),
  seq_ack: z.number().default(-1),
})

function resume(voice: Voice, connection: VoiceConnection, d: unknown): number | undefined {
  const asked = Resume.safeParse(d)
  if (!asked.success) return VoiceCloseCodes.FailedToDecode
  const session = voice.sessions.get(asked.data.server_id)
  if (session?.sessionId !== asked.data.session_id || session.token !== asked.data.token) {
    return VoiceCloseCodes.SessionNoLongerValid
  }
  attach(session, connection)
  const { seq_ack: afterSeq } = asked.data
  const resumed = JSON.stringify({ op: VoiceOpcodes.Resumed, d: null })
  const { replaysBeforeResumed } = voice.behaviour
  if (!replaysBeforeResumed) connection.send(resumed)
  const replayed = session.replayAfter(afterSeq)
  if (replaysBeforeResumed) connection.send(resumed)
  voice.state.ledger.append({ type: 'voice.resumed', guildId: session.guildId, afterSeq, replayed })
  return undefined
}

const Heartbeat = z.object({ t: z.number(), seq_ack: z.number().optional() })

function heartbeat({ behaviour }: Voice, connection: VoiceConnection, d: unknown): number | undefined {
  const beat = Heartbeat.safeParse(d)
  if (!beat.success) return VoiceCloseCodes.FailedToDecode
  connection.lastHeartbeatAt = performance.now()
  if (connection.session !== undefined) connection.session.lastAck = beat.data.seq_ack ?? -1
  if (behaviour.acksHeartbeats)
    connection.send(JSON.stringify({ op: VoiceOpcodes.HeartbeatAck, d: { t: beat.data.t } }))
  return undefined
}

const SelectProtocol = z.object({ protocol: z.string(), data: z.object({ mode: z.string() }) })

function selectProtocol(voice: Voice, session: VoiceSession, d: unknown): number | undefined {
  const { behaviour, state } = voice
  const asked = SelectProtocol.safeParse(d)
  if (!asked.success) return VoiceCloseCodes.FailedToDecode
  if (behaviour.refusal?.at === 'select-protocol') return behaviour.refusal.code
  if (asked.data.protocol !== 'udp') return VoiceCloseCodes.UnknownProtocol
  const mode = behaviour.modes.find((offered) => offered === asked.data.data.mode)
  if (mode === undefined) return VoiceCloseCodes.UnknownEncryptionMode
  const key = session.useMode(mode)
  session.send(VoiceOpcodes.SessionDescription, {
    mode,
    secret_key: [...key],
    dave_protocol_version: session.daveVersion,
  })
  const room = voice.room(session.channelId)
  if (behaviour.listsPeopleAfter === 'session-description') listPeople(room, session)
  room.botEnters(session)
  state.ledger.append({
    type: 'voice.ready',
    guildId: session.guildId,
    channelId: session.channelId,
    mode,
    daveVersion: session.daveVersion,
  })
  return undefined
}

const Speaking = z.object({ speaking: z.number(), ssrc: z.number() })

function speaking({ state }: Voice, { guildId }: VoiceSession, d: unknown): number | undefined {
  const told = Speaking.safeParse(d)
  if (!told.success) return VoiceCloseCodes.FailedToDecode
  state.ledger.append({ type: 'voice.speaking', guildId, speaking: told.data.speaking })
  return undefined
}

function attach(session: VoiceSession, connection: VoiceConnection): void {
  // A session has one connection; the bot gave up the old one, which may not be noticed here yet.
  session.connection?.end()
  session.connection = connection
  connection.session = session
}
