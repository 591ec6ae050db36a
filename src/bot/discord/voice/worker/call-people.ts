import { systemClock } from '#core/voice/clock.ts'
import type { SpeakerInput, VoiceSession } from '#core/voice/session/session-ports.ts'
import type { CallPerson } from '../call-fields.ts'
import type { RtpHeader } from './rtp-header.ts'
import { SpeakerEar } from './speaker-ear.ts'

interface Presence {
  person: CallPerson
  readonly input: SpeakerInput
  ear: SpeakerEar | undefined
  isOpening: boolean
}

/**
 * The humans in the channel. Everybody counts as present, so that the session knows whether it is alone with somebody;
 * sound is decoded only of those who may be heard.
 */
export class CallPeople implements Disposable {
  readonly #session: VoiceSession
  readonly #present = new Map<string, Presence>()
  everybody: readonly CallPerson[] = []

  constructor(session: VoiceSession, people: readonly CallPerson[]) {
    this.#session = session
    this.set(people)
  }

  set(people: readonly CallPerson[]): void {
    this.everybody = people
    const humans = new Map(people.filter(({ isBot }) => !isBot).map((person) => [person.id, person]))
    for (const [id, presence] of this.#present) if (!humans.has(id)) this.#leave(id, presence)
    for (const person of humans.values()) this.#welcome(person)
  }

  isHeard(userId: string): boolean {
    return this.#present.get(userId)?.person.isHeard ?? false
  }

  allowsTranscripts(userId: string): boolean {
    return this.#present.get(userId)?.person.allowsTranscripts ?? false
  }

  /** Everybody whose microphone is on, bots as well: one of them is who sends what has no name. */
  senders(): string[] {
    return this.everybody.filter(({ isMuted }) => !isMuted).map(({ id }) => id)
  }

  take(userId: string, header: RtpHeader, packet: Buffer): void {
    const presence = this.#present.get(userId)
    if (!presence?.person.isHeard) return
    if (presence.ear) presence.ear.take(header, packet)
    else if (!presence.isOpening) void this.#open(presence)
  }

  [Symbol.dispose](): void {
    for (const [id, presence] of this.#present) this.#leave(id, presence)
  }

  #welcome(person: CallPerson): void {
    const known = this.#present.get(person.id)
    if (known === undefined) {
      const input = this.#session.join({ id: person.id, displayName: person.displayName })
      const presence: Presence = { person, input, ear: undefined, isOpening: false }
      this.#present.set(person.id, presence)
      if (person.isHeard) void this.#open(presence)
      return
    }
    known.person = person
    if (person.isHeard) return
    known.ear?.[Symbol.dispose]()
    known.ear = undefined
  }

  /** A decoder takes a few milliseconds the first time; who has left meanwhile needs none. */
  async #open(presence: Presence): Promise<void> {
    presence.isOpening = true
    const ear = await SpeakerEar.open(presence.input, systemClock)
    presence.isOpening = false
    const isStillHere = this.#present.get(presence.person.id) === presence && presence.person.isHeard
    if (isStillHere) presence.ear = ear
    else ear[Symbol.dispose]()
  }

  #leave(id: string, presence: Presence): void {
    this.#present.delete(id)
    presence.ear?.[Symbol.dispose]()
    presence.input[Symbol.dispose]()
  }
}
