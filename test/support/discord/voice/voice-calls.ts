import type { DiscordStandIn } from '../stand-in.ts'
import type { Channel } from '../world/channel.ts'
import type { Guild, NewVoiceChannel } from '../world/guild.ts'
import type { Person } from '../world/person.ts'
import type { VoiceOptions } from './behaviour.ts'
import { voiceCertificate, writeVoiceCertificate } from './certificate.ts'
import type { Heard } from './heard.ts'
import type { Impairment } from './impairment.ts'
import { mostJoinsInAMinute } from './join-rate.ts'
import type { VoiceFlags } from './microphone.ts'
import type { Sound } from './sound.ts'
import type { Damage, Spoken } from './speaker.ts'

/** The places and people that were made over the control channel so far. */
export interface KnownWorld {
  guild(id: string): Guild
  channel(id: string): Channel
  person(id: string): Person
  keep(channel: Channel): string
}

interface SpeakCall {
  readonly personId: string
  readonly sound: Sound
  readonly damage?: Damage
  readonly isBurst?: boolean
}

/** `bytes` of Opus: 3 for silence, 0 for what could not be decrypted. */
interface Arrival {
  readonly at: number
  readonly sequence: number
  readonly bytes: number
}

/** The voice half of control.ts: what a stand-in in another process can be asked about voice. */
export function voiceCalls({ voice, ledger }: DiscordStandIn, known: KnownWorld) {
  return {
    voiceCertificate: (): string => voiceCertificate().cert,
    /** For NODE_EXTRA_CA_CERTS. */
    writeVoiceCertificate: ({ path }: { path: string }) => writeVoiceCertificate(path),
    voiceChannel: ({ guildId, name, ...options }: { guildId: string; name: string } & NewVoiceChannel) =>
      known.keep(known.guild(guildId).voiceChannel(name, options)),
    joinVoice: ({ personId, channelId, ...flags }: { personId: string; channelId: string } & VoiceFlags) =>
      known.person(personId).joinVoice(known.channel(channelId), flags),
    leaveVoice: ({ personId }: { personId: string }) => known.person(personId).leaveVoice(),
    setsVoice: ({ personId, ...flags }: { personId: string } & VoiceFlags) =>
      known.person(personId).setsVoice(flags),
    /** Answers when the last packet is sent: at most a minute, or the caller gives up. */
    speaks: ({ personId, sound, ...options }: SpeakCall): Promise<Spoken> =>
      known.person(personId).speaks(sound, options),
    heard: ({ channelId, since }: { channelId: string; since?: number }): Promise<Heard> =>
      known.channel(channelId).heard(since === undefined ? {} : { since }),
    /** When the bot's packets came, undecoded: for thousands of them. */
    arrivals: ({ channelId, since = 0 }: { channelId: string; since?: number }): Arrival[] =>
      voice
        .room(channelId)
        .hearing.packets.filter(({ at }) => at >= since)
        .map(({ at, sequence, opus }) => ({ at, sequence, bytes: opus?.length ?? 0 })),
    waitForBot: ({ channelId, deadlineMs }: { channelId: string; deadlineMs: number }) =>
      known.channel(channelId).waitForBot(deadlineMs),
    voiceBehaves: (options: VoiceOptions) => voice.behave(options),
    /** Absent: undisturbed again. */
    impairVoice: ({ toBot, fromBot }: { toBot?: Impairment; fromBot?: Impairment }) => {
      voice.toBot.impairment = toBot
      voice.fromBot.impairment = fromBot
    },
    cutVoice: ({ code, guildId }: { code?: number; guildId?: string }) => voice.cut(code, guildId),
    kickFromVoice: ({ guildId }: { guildId: string }) => voice.moderation.kick(guildId),
    moveInVoice: ({ channelId }: { channelId: string }) => voice.moderation.move(known.channel(channelId)),
    changeVoiceServer: ({ guildId, returns = true }: { guildId: string; returns?: boolean }) =>
      voice.moderation.changeServer(guildId, { returns }),
    downgradeVoice: ({ channelId }: { channelId: string }) => voice.room(channelId).downgrade(),
    upgradeVoice: ({ channelId }: { channelId: string }) => voice.room(channelId).upgrade(),
    privacyCode: ({ personId, channelId }: { personId: string; channelId: string }) =>
      voice.room(channelId).dave.people.get(personId)?.privacyCode,
    mostJoinsInAMinute: () => mostJoinsInAMinute(ledger.entries),
  }
}
