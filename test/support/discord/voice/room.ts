import { VoiceOpcodes } from 'discord-api-types/voice/v8'
import type { Ledger } from '../ledger.ts'
import type { VoiceBehaviour } from './behaviour.ts'
import { DaveGroup } from './dave/group.ts'
import { decodeHeard, type Heard } from './heard.ts'
import { type HeardPacket, Hearing } from './hearing.ts'
import { audioOf, type RtpFields, readRtp } from './rtp.ts'
import type { VoiceSession } from './session.ts'
import { silenceFrame } from './sound.ts'
import type { Damage, Speaker } from './speaker.ts'

export interface RoomLinks {
  readonly behaviour: VoiceBehaviour
  readonly ledger: Ledger
  /** Whether this person may be heard now: not muted, not the audience of a stage. */
  maySpeak(userId: string): boolean
  mayListen(userId: string): boolean
  /** Puts a packet on the line to the bot. */
  send(session: VoiceSession, packet: Buffer): void
}

export interface RoomPlace {
  readonly channelId: string
  readonly botId: string
  /** Stages are not end-to-end encrypted. */
  readonly hasDave: boolean
}

/** How long unencrypted frames are still let through after the call became encrypted. */
const plainGraceMs = 1_000

/** One voice channel on its server: who is in it and what is said. */
export class Room implements Disposable {
  readonly hearing = new Hearing()
  readonly people = new Map<string, Speaker>()
  readonly dave: DaveGroup
  /** The bot, while it is here. */
  session: VoiceSession | undefined
  readonly #place: RoomPlace
  readonly #links: RoomLinks

  constructor(place: RoomPlace, links: RoomLinks) {
    this.#place = place
    this.#links = links
    const { channelId, botId } = place
    const { behaviour, ledger } = links
    const announce = (userId: string) => this.#announce(userId)
    this.dave = new DaveGroup({ channelId, botId, behaviour: behaviour.dave, ledger, announce })
  }

  get behaviour(): VoiceBehaviour {
    return this.#links.behaviour
  }

  get daveVersion(): number {
    return this.#place.hasDave ? this.#links.behaviour.dave.version : 0
  }

  /** Whether what people say reaches the bot's ears, and the other way round. */
  get isConnected(): boolean {
    const { session } = this
    if (session?.address === undefined || !session.isReady) return false
    return session.daveVersion === 0 || this.people.size === 0 || this.dave.liveSince !== undefined
  }

  enter(speaker: Speaker): void {
    this.people.set(speaker.userId, speaker)
    const isEncrypted = (this.session?.daveVersion ?? 0) > 0
    if (!isEncrypted || this.#links.behaviour.dave.announces === 'before') this.#announce(speaker.userId)
    if (this.daveVersion > 0) this.dave.personEnters(speaker.userId)
  }

  leave(userId: string): void {
    this.people.get(userId)?.[Symbol.dispose]()
    this.people.delete(userId)
    const tell = () => {
      if (this.session?.isIdentified) this.session.send(VoiceOpcodes.ClientDisconnect, { user_id: userId })
    }
    const remove = () => this.dave.personLeaves(userId)
    const { announcesLeaving } = this.behaviour.dave
    for (const step of announcesLeaving === 'before' ? [tell, remove] : [remove, tell]) step()
  }

  /** The bot was told the key. */
  botEnters(session: VoiceSession): void {
    this.session = session
    if (session.daveVersion > 0) this.dave.botEnters(session)
  }

  botLeaves(): void {
    this.session = undefined
    this.dave.botLeaves()
  }

  /** The call falls back to transport encryption alone, as when somebody comes who knows nothing newer (op 21). */
  downgrade(): void {
    this.dave.downgrade(() => {
      if (this.session !== undefined) this.session.daveVersion = 0
    })
  }

  /** And back, in a new group (op 24). */
  upgrade(): void {
    if (this.session !== undefined) this.session.daveVersion = 1
    this.dave.upgrade()
  }

  /** What was heard of the bot since then; everything unless told. */
  heard({ since = 0 }: { since?: number } = {}): Promise<Heard> {
    return decodeHeard(this.hearing.packets.filter(({ at }) => at >= since))
  }

  announceSpeaking({ userId, ssrc }: Speaker, isSpeaking: boolean): void {
    if (!this.#links.maySpeak(userId)) return
    this.session?.send(VoiceOpcodes.Speaking, { user_id: userId, ssrc, speaking: isSpeaking ? 1 : 0 })
  }

  sendToBot(speaker: Speaker, fields: RtpFields, opus: Buffer, damage: Damage | undefined): void {
    const { session } = this
    const { userId } = speaker
    if (session === undefined || !this.#links.maySpeak(userId)) return
    if (!this.#links.mayListen(this.#place.botId)) return
    const packet = session.seal(fields, this.#encrypt(userId, opus, damage))
    if (packet === undefined) return
    if (damage === 'transport')
      packet.writeUInt8(packet.readUInt8(packet.length - 5) ^ 0xff, packet.length - 5)
    this.#links.send(session, packet)
  }

  /** A packet of the bot has come. */
  receive(session: VoiceSession, packet: Buffer, at: number): void {
    const { sessionId } = session
    const fields = readRtp(packet)
    const payload = session.open(packet)
    if (fields === undefined || payload === undefined) this.hearing.unreadable += 1
    else if (this.#links.maySpeak(this.#place.botId))
      this.hearing.hear({ at, sessionId, ...fields, ...this.#decrypt(audioOf(packet, payload)) })
  }

  [Symbol.dispose](): void {
    this.dave[Symbol.dispose]()
    for (const speaker of this.people.values()) speaker[Symbol.dispose]()
  }

  #encrypt(userId: string, opus: Buffer, damage: Damage | undefined): Buffer {
    const member = this.dave.people.get(userId)
    const isEncrypted = this.session?.daveVersion === 1 && this.dave.liveSince !== undefined
    return isEncrypted && member?.isReady && damage === undefined ? member.encrypt(opus) : opus
  }

  /** Any person's ears will do: all hear the same. */
  #decrypt(frame: Buffer): Pick<HeardPacket, 'opus' | 'isEndToEnd'> {
    const isEndToEnd = frame.length > 2 && frame.readUInt16BE(frame.length - 2) === 0xfafa
    const member = [...this.dave.people.values()].find(({ isReady }) => isReady)
    if (isEndToEnd) return { opus: member?.decrypt(this.#place.botId, frame), isEndToEnd }
    return { opus: this.#acceptsPlain || silenceFrame.equals(frame) ? frame : undefined, isEndToEnd }
  }

  /** Right after a change there are still packets of before on their way. */
  get #acceptsPlain(): boolean {
    const { liveSince } = this.dave
    const isLive = this.session?.daveVersion === 1 && liveSince !== undefined
    return !isLive || performance.now() - liveSince < plainGraceMs
  }

  #announce(userId: string): void {
    if (this.session?.isIdentified) this.session.send(VoiceOpcodes.ClientsConnect, { user_ids: [userId] })
  }
}
