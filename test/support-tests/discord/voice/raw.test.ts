import { once } from 'node:events'
import { VoiceOpcodes } from 'discord-api-types/voice/v8'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startDiscordStandIn } from '#test/support/discord/stand-in.ts'
import { voiceCertificate } from '#test/support/discord/voice/certificate.ts'
import type { Voice } from '#test/support/discord/voice/voice.ts'

const identify = {
  server_id: '1',
  user_id: '2',
  session_id: 'known',
  token: '',
  max_dave_protocol_version: 1,
}

/** Without any library, to say what none would say. Resolves with the close code. */
async function closeCodeOf({ endpoint }: Voice, ...messages: (string | Uint8Array)[]): Promise<number> {
  const socket = new WebSocket(`wss://${endpoint}?v=8`, { ca: voiceCertificate().cert })
  const closed = once(socket, 'close')
  await once(socket, 'message')
  for (const message of messages) socket.send(message)
  const [code] = await closed
  return code
}

const json = (op: number, d: object) => JSON.stringify({ op, d })

describe('the voice gateway', () => {
  it.each([
    ['no JSON', ['x'], 4002],
    ['an opcode before identify', [json(VoiceOpcodes.Speaking, {})], 4003],
    ['a key package before identify', [Buffer.from([VoiceOpcodes.DaveMlsKeyPackage, 0])], 4003],
    ['half an identify', [json(VoiceOpcodes.Identify, { token: 'x' })], 4002],
    ['a session it does not know', [json(VoiceOpcodes.Identify, identify)], 4006],
    ['a resume of such a session', [json(VoiceOpcodes.Resume, { ...identify, seq_ack: 1 })], 4006],
  ])('closes on %s with the code that says so', async (_what, messages, code) => {
    await using discord = await startDiscordStandIn()
    expect(await closeCodeOf(discord.voice, ...messages)).toBe(code)
  })

  it.each([
    ['a wrong token', { token: 'wrong' }, [], 4004],
    ['a second identify', {}, [json(VoiceOpcodes.Identify, identify)], 4005],
    ['an opcode that it does not know', {}, [json(99, {})], 4001],
    ['WebRTC', {}, [json(VoiceOpcodes.SelectProtocol, { protocol: 'webrtc', data: { mode: '' } })], 4012],
    [
      'an old cipher',
      {},
      [json(VoiceOpcodes.SelectProtocol, { protocol: 'udp', data: { mode: 'plain' } })],
      4016,
    ],
    ['a binary opcode that it does not know', {}, [Buffer.from([99])], 4001],
  ])('closes an open session on %s', async (_what, changed, messages, code) => {
    await using discord = await startDiscordStandIn()
    const guild = discord.world.guild()
    const place = { guildId: guild.id, channelId: guild.voiceChannel('talk').id }
    const session = discord.voice.openSession({ ...place, sessionId: 'known', gatewaySessionId: '' })
    const known = { server_id: guild.id, user_id: discord.applicationId, token: session.token }
    const first = json(VoiceOpcodes.Identify, { ...identify, ...known, ...changed })
    expect(await closeCodeOf(discord.voice, first, ...messages)).toBe(code)
  })
})
