import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createBuiltInVoice } from '#core/inference/builtin/voice.ts'
import { createResampler } from '#core/voice/pcm/resampler.ts'

const run = promisify(execFile)
const { signal } = new AbortController()

/** What the bench hears, like Discord and browsers. */
export const benchRateHz = 48_000

export interface Voice {
  readonly engine: 'espeak-ng' | 'flite'
  readonly name: string
  readonly language: 'en' | 'de'
  /** Words a minute, espeak-ng only. */
  readonly pace?: number
}

/** Says texts with synthetic voices, 48 kHz; what was said once lies in the temporary folder. */
export class Speakers implements AsyncDisposable {
  readonly #flite = createBuiltInVoice()
  readonly #folder = join(tmpdir(), 'companions-bench-speech')

  async say(voice: Voice, text: string): Promise<Int16Array> {
    const key = createHash('sha256')
      .update(JSON.stringify([voice, text]))
      .digest('hex')
      .slice(0, 24)
    const file = join(this.#folder, `${key}.pcm`)
    const known = await readFile(file).catch(() => undefined)
    if (known) return new Int16Array(Uint8Array.from(known).buffer)
    const speech =
      voice.engine === 'flite' ? await this.#sayWithFlite(voice, text) : await sayWithEspeak(voice, text)
    await mkdir(this.#folder, { recursive: true })
    await writeFile(file, new Uint8Array(speech.buffer, speech.byteOffset, speech.byteLength))
    return speech
  }

  async #sayWithFlite({ name }: Voice, text: string): Promise<Int16Array> {
    const { sampleRateHz, blocks } = await this.#flite.synthesize(text, { signal, voice: name })
    return raise(joined(await Array.fromAsync(blocks)), sampleRateHz)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flite[Symbol.asyncDispose]()
  }
}

async function sayWithEspeak({ name, pace = 165 }: Voice, text: string): Promise<Int16Array> {
  const { stdout } = await run('espeak-ng', ['-v', name, '-s', String(pace), '--stdout', text], {
    encoding: 'buffer',
    maxBuffer: 1 << 26,
  })
  const bytes = Uint8Array.from(stdout.subarray(44))
  return raise(new Int16Array(bytes.buffer, 0, bytes.length >> 1), 22_050)
}

function raise(samples: Int16Array, fromHz: number): Int16Array {
  const resampler = createResampler(fromHz, benchRateHz)
  return joined([resampler.push(samples), resampler.flush()])
}

export function joined(blocks: readonly Int16Array[]): Int16Array {
  const samples = new Int16Array(blocks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const block of blocks) {
    samples.set(block, at)
    at += block.length
  }
  return samples
}
