import { DAVESession } from '@snazzah/davey'
import { silenceFrame } from '../sound.ts'

const protocolVersion = 1

// davey's names for these are ambient const enums, which cannot be imported without a compiler.
const append = 0
const audio = 0

/** A person's end of the encryption: what their Discord client would hold. */
export class DaveMember {
  readonly userId: string
  readonly #session: DAVESession
  readonly #channelId: string
  readonly #externalSender: Buffer

  constructor(userId: string, channelId: string, externalSender: Buffer) {
    this.userId = userId
    this.#channelId = channelId
    this.#externalSender = externalSender
    this.#session = new DAVESession(protocolVersion, userId, channelId)
    this.#session.setExternalSender(externalSender)
  }

  get leaf(): number {
    return this.#session.ownLeafIndex ?? -1
  }

  /** Whether it can encrypt and decrypt. */
  get isReady(): boolean {
    return this.#session.ready
  }

  /** What people compare to know that nobody listens in. */
  get privacyCode(): string {
    return this.#session.voicePrivacyCode
  }

  /** A new one each time; only the last can be used. */
  newKeyPackage(): Buffer {
    return this.#session.getSerializedKeyPackage()
  }

  /** Proposals must be known before a commit that refers to them. Returns a commit of one's own, and its Welcome. */
  propose(proposals: Buffer): { commit?: Buffer; welcome?: Buffer } {
    return this.#session.processProposals(append, proposals)
  }

  commit(commit: Buffer): void {
    this.#session.processCommit(commit)
  }

  welcome(welcome: Buffer): void {
    this.#session.processWelcome(welcome)
  }

  /** Forgets the group, for one that is made anew. */
  startOver(): void {
    this.#session.reinit(protocolVersion, this.userId, this.#channelId)
    this.#session.setExternalSender(this.#externalSender)
  }

  /** As clients do: silence stays as it is. */
  encrypt(opus: Buffer): Buffer {
    return silenceFrame.equals(opus) ? opus : this.#session.encryptOpus(opus)
  }

  /** Undefined for what cannot be decrypted. */
  decrypt(fromUserId: string, frame: Buffer): Buffer | undefined {
    try {
      return this.#session.decrypt(fromUserId, audio, frame)
    } catch {
      return undefined
    }
  }
}
