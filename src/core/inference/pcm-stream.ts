import type { Answer } from './answer.ts'
import type { Headers } from './http.ts'
import type { SpeechStream } from './ports.ts'
import { readWavStart } from './wav.ts'

/** What OpenAI's own `pcm` format means, for servers that do not say. */
const customarySampleRateHz = 24_000
const maxWavHeaderBytes = 4_096

/**
 * Mono 16-bit little-endian PCM from a speech answer. The sample rate is taken from a WAV header, from
 * `content-type: audio/pcm; rate=N` (also `audio/L16`, which speech servers send in little-endian order whatever
 * RFC 2586 says), or from `x-sample-rate`; else it is 24 kHz.
 */
export async function openPcmStream(answer: Answer): Promise<SpeechStream> {
  const chunks = answer.body[Symbol.asyncIterator]()
  try {
    const { start, sampleRateHz } = await readStart(chunks, answer)
    return { sampleRateHz: checkedRate(sampleRateHz, answer), blocks: readBlocks(start, chunks, answer) }
  } catch (error) {
    await chunks.return?.()
    throw error
  }
}

async function readStart(chunks: AsyncIterator<Uint8Array>, answer: Answer) {
  let start: Buffer = Buffer.alloc(0)
  while (start.length <= maxWavHeaderBytes) {
    const next = await chunks.next()
    if (!next.done) start = Buffer.concat([start, next.value])
    const wav = readWavStart(start)
    if (wav.type === 'header') return { start: start.subarray(wav.dataStart), sampleRateHz: wav.sampleRateHz }
    if (wav.type === 'unsupported') throw answer.garbled(`sent ${wav.what} instead of mono 16-bit PCM`)
    if (wav.type === 'not-wav') return { start, sampleRateHz: announcedRate(answer) }
    if (next.done) throw answer.garbled('sent no audio')
  }
  throw answer.garbled('sent a WAV file without audio')
}

function announcedRate(answer: Answer): number {
  const type = parseContentType(answer.headers)
  if (type.essence !== '' && !/^(audio\/|application\/octet-stream$)/.test(type.essence))
    throw answer.garbled(`sent ${type.essence} instead of audio`)
  if ((type.parameters.get('channels') ?? '1') !== '1') throw answer.garbled('sent stereo instead of mono')
  const rate = type.parameters.get('rate') ?? answer.headers['x-sample-rate']
  return rate === undefined ? customarySampleRateHz : Number(rate)
}

function parseContentType(headers: Headers) {
  const [essence = '', ...parts] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const pairs = parts.map((part) => part.split('=').map((word) => word.trim().replaceAll('"', '')))
  return {
    essence: essence.trim(),
    parameters: new Map(pairs.map(([name = '', value = '']) => [name, value])),
  }
}

function checkedRate(rate: number, answer: Answer): number {
  if (Number.isInteger(rate) && rate >= 8_000 && rate <= 192_000) return rate
  throw answer.garbled('named an impossible sample rate')
}

/** Chunks may end in the middle of a sample; the odd byte waits for its other half. */
async function* readBlocks(start: Buffer, chunks: AsyncIterator<Uint8Array>, answer: Answer) {
  let rest: Uint8Array = start
  try {
    for (;;) {
      const evenLength = rest.length - (rest.length % 2)
      if (evenLength > 0) yield toSamples(rest.subarray(0, evenLength))
      const oddByte = rest.subarray(evenLength)
      const next = await chunks.next()
      if (next.done) break
      rest = oddByte.length === 0 ? next.value : Buffer.concat([oddByte, next.value])
    }
    answer.understood()
  } finally {
    await chunks.return?.()
  }
}

/** A copy, because the bytes may start at an odd address. */
function toSamples(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length / 2)
  new Uint8Array(samples.buffer).set(bytes)
  return samples
}
