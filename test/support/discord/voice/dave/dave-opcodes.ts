import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8'
import { z } from 'zod'
import type { VoiceConnection } from '../connection.ts'
import type { VoiceSession } from '../session.ts'
import type { Voice } from '../voice.ts'

/** The binary half: key packages and commits (voice-connections.mdx, "Binary WebSocket Messages"). */
export function handleDaveBinary(
  voice: Voice,
  { session }: VoiceConnection,
  op: number,
  payload: Buffer,
): number | undefined {
  if (session === undefined) return VoiceCloseCodes.NotAuthenticated
  const { dave } = voice.room(session.channelId)
  if (op === VoiceOpcodes.DaveMlsKeyPackage) dave.botSendsKeyPackage(payload)
  else if (op === VoiceOpcodes.DaveMlsCommitWelcome) dave.botCommits(payload)
  else return VoiceCloseCodes.UnknownOpcode
  return undefined
}

const Transition = z.object({ transition_id: z.number().int() })

/** Ops 23 and 31. Undefined when it is none of them. */
export function handleDavePayload(
  voice: Voice,
  session: VoiceSession,
  op: number,
  d: unknown,
): 'handled' | undefined {
  const transition = Transition.safeParse(d)
  if (!transition.success) return undefined
  const { dave } = voice.room(session.channelId)
  if (op === VoiceOpcodes.DaveTransitionReady) dave.botIsReady(transition.data.transition_id)
  else if (op === VoiceOpcodes.DaveMlsInvalidCommitWelcome) dave.botIsLost(transition.data.transition_id)
  else return undefined
  return 'handled'
}
