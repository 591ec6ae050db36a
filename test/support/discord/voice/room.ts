import { VoiceOpcodes } from 'discord-api-types/voice/v8'
import type { VoiceBehaviour } from './behaviour.ts'
import { decodeHeard, type Heard } from './heard.ts'
import { Hearing } from './hearing.ts'
import { audioOf, type RtpFields, readRtp } from './rtp.ts'
import type { VoiceSession } from './session.ts'
import type { Damage, Speaker } from './speaker.ts'

export interface RoomLinks {
  readonly behaviour: VoiceBehaviour
  /** Whether this person may be heard now: not muted, not the audience of a stage. */
  maySpeak(userId: string): boolean
  mayListen(userId: string): boolean
  /** Puts a packet on the line to the bot. */
  send(session: VoiceSession, packet: Buffer): void
}

/** One voice channel on its server: who is in it and what is said. */
export class Room {
  readonly channelId: string
  readonly hearing = new Hearing()
  readonly people = new Map<string, Speaker>()
  /** The bot, while it is here. */
  session: VoiceSession | undefined
  readonly #links: RoomLinks
  readonly #botId: string

  constructor(channelId: string, botId: string, links: RoomLinks) {
    this.channelId = channelId
    this.#botId = botId
    this.#links = links
  }

  enter(speaker: Speaker): void {
    this.people.set(speaker.userId, speaker)
    if (this.session?.isIdentified)
      this.session.send(VoiceOpcodes.ClientsConnect, { user_ids: [speaker.userId] })
  }

  leave(userId: string): void {
    this.people.get(userId)?.[Symbol.dispose]()
    this.people.delete(userId)
    if (this.session?.isIdentified) this.session.send(VoiceOpcodes.ClientDisconnect, { user_id: userId })
  }

  /** What was heard of the bot since then; everything unless told. */
  heard({ since = 0 }: { since?: number } = {}): Promise<Heard> {
    return decodeHeard(this.hearing.packets.filter(({ at }) => at >= since))
  }

  announceSpeaking({ userId, ssrc }: Speaker, isSpeaking: boolean): void {
    const { announcesSpeaking } = this.#links.behaviour
    if (announcesSpeaking === 'never' || !this.#links.maySpeak(userId)) return
    if (announcesSpeaking === 'after' && isSpeaking) return
    this.#tellSpeaking(userId, ssrc, isSpeaking)
  }

  sendToBot({ userId, ssrc }: Speaker, fields: RtpFields, audio: Buffer, damage: Damage | undefined): void {
    const { session } = this
    if (session === undefined || !this.#links.maySpeak(userId) || !this.#links.mayListen(this.#botId)) return
    const packet = session.seal(fields, audio)
    if (packet === undefined) return
    if (damage === 'transport') packet.writeUInt8(packet.readUInt8(20) ^ 0xff, 20)
    this.#links.send(session, packet)
    if (this.#links.behaviour.announcesSpeaking === 'after') this.#tellSpeaking(userId, ssrc, true)
  }

  /** A packet of the bot has come. */
  receive(session: VoiceSession, packet: Buffer): void {
    const fields = readRtp(packet)
    const payload = session.open(packet)
    if (fields === undefined || payload === undefined) this.hearing.unreadable += 1
    else if (this.#links.maySpeak(this.#botId))
      this.hearing.hear(session.sessionId, fields, { opus: audioOf(packet, payload), isEndToEnd: false })
  }

  #tellSpeaking(userId: string, ssrc: number, isSpeaking: boolean): void {
    this.session?.send(VoiceOpcodes.Speaking, { user_id: userId, ssrc, speaking: isSpeaking ? 1 : 0 })
  }
}
