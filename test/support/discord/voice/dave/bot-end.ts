import { VoiceOpcodes } from 'discord-api-types/voice/v8'
import type { DaveBehaviour } from './dave-behaviour.ts'
import { uint16 } from './mls-bytes.ts'
import { Transitions } from './transitions.ts'

/** The bot's socket, as far as the group needs it. */
export interface BotLink {
  send(op: number, d: object): void
  sendBinary(op: number, payload: Uint8Array): void
}

/** The bot's end of the encryption, as the gateway sees it: what it was sent and what it sent. */
export class BotEnd {
  /** With which it can be added; the library sends one by itself after op 4. */
  keyPackage: Buffer | undefined
  readonly #behaviour: DaveBehaviour
  readonly #senderPackage: Buffer
  readonly #transitions: Transitions
  #link: BotLink | undefined
  #hasSender = false

  constructor(behaviour: DaveBehaviour, senderPackage: Buffer) {
    this.#behaviour = behaviour
    this.#senderPackage = senderPackage
    this.#transitions = new Transitions(behaviour)
  }

  /** Whether it can be in the group. */
  get isThere(): boolean {
    return this.#link !== undefined && this.keyPackage !== undefined
  }

  enters(link: BotLink): void {
    this.#link = link
    if (this.#behaviour.externalSender === 'at-once') this.#giveSender()
  }

  leaves(): void {
    this.#link = undefined
    this.keyPackage = undefined
    this.#hasSender = false
    this.#transitions.clear()
  }

  /** Op 27, operation 0: append. */
  propose(proposals: Buffer): void {
    this.#giveSender()
    this.#link?.sendBinary(VoiceOpcodes.DaveMlsProposals, Buffer.concat([Buffer.from([0]), proposals]))
  }

  /** Op 29 or 30; `then` when the bot has followed. Returns the transition. */
  follow(message: { readonly commit: Buffer } | { readonly welcome: Buffer }, then: () => void): number {
    this.#giveSender()
    const transitionId = this.#transitions.begin(then)
    const [op, bytes] =
      'commit' in message
        ? [VoiceOpcodes.DaveMlsAnnounceCommitTransition, message.commit]
        : [VoiceOpcodes.DaveMlsWelcome, message.welcome]
    this.#link?.sendBinary(op, Buffer.concat([uint16(transitionId), bytes]))
    return transitionId
  }

  /** Op 23, answered with op 22. */
  isReady(transitionId: number): void {
    if (!this.#transitions.isReady(transitionId)) return
    this.#link?.send(VoiceOpcodes.DaveExecuteTransition, { transition_id: transitionId })
  }

  /** Op 21 to version 0; `then` when the bot has followed. */
  downgrade(then: () => void): void {
    const transitionId = this.#transitions.begin(then)
    this.#link?.send(VoiceOpcodes.DavePrepareTransition, {
      transition_id: transitionId,
      protocol_version: 0,
    })
  }

  /** Op 24, epoch 1: a new group, for which the bot sends a new key package. */
  beginAnew(): void {
    this.keyPackage = undefined
    this.#link?.send(VoiceOpcodes.DavePrepareEpoch, { epoch: 1, protocol_version: 1 })
    this.#hasSender = false
    if (this.#behaviour.externalSender === 'at-once') this.#giveSender()
  }

  #giveSender(): void {
    if (this.#hasSender) return
    this.#hasSender = true
    this.#link?.sendBinary(VoiceOpcodes.DaveMlsExternalSender, this.#senderPackage)
  }
}
