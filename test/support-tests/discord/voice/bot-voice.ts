import { once } from 'node:events'
import { Readable } from 'node:stream'
import {
  type AudioPlayer,
  createAudioPlayer,
  createAudioResource,
  EndBehaviorType,
  entersState,
  joinVoiceChannel,
  StreamType,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice'
import { type Client, GatewayIntentBits } from 'discord.js'
import { createDecoder, createEncoder } from 'libopus-wasm'
import type { DiscordStandInOptions } from '#test/support/discord/stand-in.ts'
import { trustVoiceCertificate } from '#test/support/discord/voice/certificate.ts'
import { type Sound, toFrames } from '#test/support/discord/voice/sound.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import { type Scene, standardIntents, startScene } from '../bot.ts'

/** A bot whose library may see voice states, and that trusts the stand-in's certificate. */
export function startVoiceScene(options: DiscordStandInOptions = {}): Promise<Scene> {
  trustVoiceCertificate()
  return startScene(options, { intents: [...standardIntents, GatewayIntentBits.GuildVoiceStates] })
}

export interface JoinOptions {
  readonly selfDeaf?: boolean
  readonly group?: string
  readonly daveEncryption?: boolean
  readonly decryptionFailureTolerance?: number
}

/** The unmodified @discordjs/voice, on its way into a channel. */
export function beginJoin(
  bot: Client<true>,
  { id: channelId, guildId }: { readonly id: string; readonly guildId: string },
  options: JoinOptions = {},
): VoiceConnection {
  const guild = bot.guilds.cache.get(guildId)
  if (guild === undefined) throw new Error('the bot is not in that guild')
  const { voiceAdapterCreator: adapterCreator } = guild
  const connection = joinVoiceChannel({ guildId, channelId, adapterCreator, selfDeaf: false, ...options })
  connection.on('error', () => {})
  return connection
}

export async function join(
  bot: Client<true>,
  channel: Channel,
  options: JoinOptions = {},
): Promise<VoiceConnection> {
  const connection = beginJoin(bot, channel, options)
  await entersState(connection, VoiceConnectionStatus.Ready, 10_000)
  await channel.waitForBot()
  return connection
}

/** Plays 48 kHz mono and resolves when the player is idle again. */
export async function play(connection: VoiceConnection, sound: Sound): Promise<void> {
  using encoder = await createEncoder({ channels: 1, sampleRate: 48_000, bitrate: 64_000 })
  const packets = toFrames(sound).map((frame) => Buffer.from(encoder.encode(frame)))
  const player: AudioPlayer = createAudioPlayer()
  const subscription = connection.subscribe(player)
  player.play(createAudioResource(Readable.from(packets), { inputType: StreamType.Opus }))
  await once(player, 'idle', { signal: AbortSignal.timeout(30_000) })
  subscription?.unsubscribe()
}

/** Collects the Opus packets that the library gives out for one person. */
export class Listener {
  readonly packets: Buffer[] = []
  error: Error | undefined

  constructor(connection: VoiceConnection, userId: string) {
    const stream = connection.receiver.subscribe(userId, { end: { behavior: EndBehaviorType.Manual } })
    stream.on('data', (packet: Buffer) => this.packets.push(packet))
    stream.on('error', (error) => {
      this.error = error
    })
  }

  /** Without the silence frames that end an utterance. */
  get sounding(): Buffer[] {
    return this.packets.filter((packet) => packet.length > 3)
  }

  async decode(from = 0): Promise<Int16Array> {
    using decoder = await createDecoder({ channels: 1, sampleRate: 48_000 })
    const frames = this.sounding.slice(from).map((packet) => decoder.decode(packet))
    return Int16Array.from(frames.flatMap((frame) => [...frame]))
  }
}
