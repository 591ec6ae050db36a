import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { uint16, uint32, uint64, vector } from './mls-bytes.ts'

export type Change =
  | { readonly type: 'add'; readonly keyPackage: Buffer }
  | { readonly type: 'remove'; readonly leaf: number }

const mls10 = uint16(1)
const publicMessage = uint16(1)
const externalSender = Buffer.from([2])
const proposalContent = Buffer.from([2])
const basicCredential = uint16(1)

/**
 * The voice gateway as the external sender of an MLS group: it alone proposes who is added and removed, and members
 * commit (daveprotocol.com, "Group Creation and Membership"). Ciphersuite 2: P-256, SHA-256.
 */
export class ExternalSender {
  readonly #groupId: Buffer
  readonly #privateKey: KeyObject
  /** What op 25 carries: the public key and a basic credential. */
  readonly package: Buffer

  constructor(channelId: string) {
    this.#groupId = uint64(BigInt(channelId))
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#privateKey = privateKey
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    // The uncompressed point is the end of the SubjectPublicKeyInfo.
    const point = spki.subarray(-65)
    this.package = Buffer.concat([vector(point), basicCredential, vector(Buffer.from('gateway'))])
  }

  /** A vector of MLSMessages, as it follows the operation type in op 27. */
  propose(epoch: bigint, changes: readonly Change[]): Buffer {
    return vector(...changes.map((change) => this.#message(epoch, change)))
  }

  /** RFC 9420, sections 6 and 6.1: a PublicMessage of an external sender has no membership tag. */
  #message(epoch: bigint, change: Change): Buffer {
    const sender = Buffer.concat([externalSender, uint32(0)])
    const authenticatedData = vector()
    const content = Buffer.concat([
      mls10,
      publicMessage,
      vector(this.#groupId),
      uint64(epoch),
      sender,
      authenticatedData,
      proposalContent,
      proposalOf(change),
    ])
    return Buffer.concat([content, vector(this.#sign(content))])
  }

  /** SignWithLabel (RFC 9420, section 5.1.2) */
  #sign(content: Buffer): Buffer {
    const labelled = Buffer.concat([vector(Buffer.from('MLS 1.0 FramedContentTBS')), vector(content)])
    return sign('sha256', labelled, this.#privateKey)
  }
}

function proposalOf(change: Change): Buffer {
  if (change.type === 'add') return Buffer.concat([uint16(1), change.keyPackage])
  return Buffer.concat([uint16(3), uint32(change.leaf)])
}
