import { readFileSync } from 'node:fs'
import { resample } from './resample.ts'

class WavError extends Error {
  override readonly name = 'WavError'
}

/** Reads 16-bit PCM from a RIFF WAVE file, mixed to mono, at 48 kHz. */
export function readWav(path: string): Int16Array {
  const file = readFileSync(path)
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new WavError(`${path} is no RIFF file`)
  const format = chunk(file, 'fmt ')
  const data = chunk(file, 'data')
  if (format === undefined || data === undefined) throw new WavError(`${path} has no sound`)
  if (format.readUInt16LE(14) !== 16) throw new WavError(`${path} is not 16-bit PCM`)
  return resample(toMono(data, format.readUInt16LE(2)), format.readUInt32LE(4), 48_000)
}

/** A stream's header may claim more data than there is, as pipes of synthesisers write it. */
function chunk(file: Buffer, name: string): Buffer | undefined {
  let at = 12
  while (at + 8 <= file.length) {
    const length = file.readUInt32LE(at + 4)
    if (file.toString('latin1', at, at + 4) === name) return file.subarray(at + 8, at + 8 + length)
    at += 8 + length + (length % 2)
  }
  return undefined
}

function toMono(data: Buffer, channels: number): Int16Array {
  const mono = new Int16Array(Math.floor(data.length / 2 / channels))
  for (let n = 0; n < mono.length; n += 1) {
    let sum = 0
    for (let channel = 0; channel < channels; channel += 1)
      sum += data.readInt16LE(2 * (n * channels + channel))
    mono[n] = sum / channels
  }
  return mono
}
