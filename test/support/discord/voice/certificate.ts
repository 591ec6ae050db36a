import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import tls from 'node:tls'
import { bitString, der, oid, sequence, utcTime } from './der.ts'

export interface Certificate {
  /** Both as PEM. */
  readonly cert: string
  readonly key: string
}

let certificate: Certificate | undefined
let isTrusted = false

/**
 * The certificate of this process' voice gateways: @discordjs/voice speaks `wss://` and nothing else. For 127.0.0.1 and
 * localhost, made anew in each run and valid for some days.
 */
export function voiceCertificate(): Certificate {
  certificate ??= selfSigned()
  return certificate
}

/** Makes this process trust it, beside all that it trusts already; once is enough. */
export function trustVoiceCertificate(): void {
  if (isTrusted) return
  isTrusted = true
  trust(voiceCertificate().cert)
}

/** Trusts the certificate of a stand-in in another process. */
export function trust(pem: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), pem])
}

/** For a child process: the path is what NODE_EXTRA_CA_CERTS takes. */
export function writeVoiceCertificate(path: string): void {
  writeFileSync(path, voiceCertificate().cert)
}

const dayMs = 86_400_000
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** X.509 v3 (RFC 5280) with a P-256 key. */
function selfSigned(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = toBeSigned(publicKey)
  const signature = sign('sha256', signed, privateKey)
  const bytes = sequence(signed, ecdsaWithSha256, bitString(signature))
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function toBeSigned(publicKey: KeyObject): Buffer {
  const now = Date.now()
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]), randomBytes(15))
  const commonName = der(0x0c, Buffer.from('Discord voice stand-in'))
  const name = sequence(der(0x31, sequence(oid('550403'), commonName)))
  const validity = sequence(utcTime(new Date(now - dayMs)), utcTime(new Date(now + 7 * dayMs)))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  return sequence(version, serial, ecdsaWithSha256, name, validity, name, key, extensions())
}

function extensions(): Buffer {
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const alternativeNames = sequence(oid('551d11'), der(0x04, names))
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])))
  const basicConstraints = sequence(oid('551d13'), der(0x04, isAuthority))
  return der(0xa3, sequence(alternativeNames, basicConstraints))
}
