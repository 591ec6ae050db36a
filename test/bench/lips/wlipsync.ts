import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { playoutRateHz } from '#core/voice/frame.ts'
import { type Mouth, mouths } from './expected-mouth.ts'
import type { LabelledSpeech } from './labelled-speech.ts'
import type { LipMethod } from './method.ts'
import { peerPackage } from './peer-packages.ts'

// TypeScript knows WebAssembly only from the DOM's types.
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer }
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: unknown } }>
}

const coefficients = 12
/** uLipSync's own default: a profile entry is the mean of so many moments of a held vowel. */
const momentsPerEntry = 32
const melChannels = 24
const targetRateHz = 16_000

const Call = z.custom<(...args: number[]) => number>((value) => typeof value === 'function')
const Exports = z.object({
  load_profile: Call,
  precompute_profile: Call,
  set_input: Call,
  get_input_buffer: Call,
  get_input_buffer_size: Call,
  get_volume_ptr: Call,
  execute: Call,
  mfccOut: z.object({ value: z.number() }),
})

export interface WlipsyncSettings {
  readonly sampleCount: 512 | 1024
  /** L1, L2, cosine. */
  readonly compareMethod: 0 | 1 | 2
  readonly useStandardization: boolean
  /** Frames of sound that it may hear before it answers. */
  readonly lookAhead: 0 | 1
}

interface ProfileEntry {
  readonly mouth: Mouth
  readonly moments: readonly Float32Array[]
}

/** The audio worklet's inside, driven frame by frame: what the node's script does with it is smoothing. */
class Wlipsync {
  readonly #memory: { readonly buffer: ArrayBuffer }
  readonly #wasm: z.infer<typeof Exports>
  readonly #input: number
  readonly #inputSize: number
  #at = 0

  constructor(
    memory: { readonly buffer: ArrayBuffer },
    wasm: z.infer<typeof Exports>,
    settings: WlipsyncSettings,
    entries: readonly ProfileEntry[],
  ) {
    this.#memory = memory
    this.#wasm = wasm
    const profile = wasm.load_profile(
      targetRateHz,
      settings.sampleCount,
      melChannels,
      settings.compareMethod,
      entries.length,
      momentsPerEntry,
      Number(settings.useStandardization),
    )
    const moments = entries.flatMap((entry) => entry.moments)
    for (const [index, moment] of moments.entries())
      new Float32Array(memory.buffer, profile + index * coefficients * 4, coefficients).set(moment)
    wasm.precompute_profile()
    wasm.set_input(playoutRateHz)
    this.#input = wasm.get_input_buffer()
    this.#inputSize = wasm.get_input_buffer_size()
  }

  /** The index of the entry that sounds most like the newest window, and its volume. */
  hear(frame: Int16Array): { index: number; volume: number } {
    const input = new Float32Array(this.#memory.buffer, this.#input, this.#inputSize)
    for (const sample of frame) {
      input[this.#at] = sample / 32_768
      this.#at = (this.#at + 1) % this.#inputSize
    }
    const index = this.#wasm.execute(this.#at)
    const volume = new Float32Array(this.#memory.buffer, this.#wasm.get_volume_ptr(), 1)[0] ?? 0
    return { index, volume }
  }

  get coefficients(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#wasm.mfccOut.value, coefficients).slice()
  }
}

async function open(settings: WlipsyncSettings, entries: readonly ProfileEntry[]): Promise<Wlipsync> {
  const memory = new WebAssembly.Memory({ initial: 4 })
  const file = join(await peerPackage('wlipsync', '1.3.1'), 'dist/wlipsync.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(file), { env: { memory } })
  return new Wlipsync(memory, Exports.parse(instance.exports), settings, entries)
}

const blankEntry: ProfileEntry = { mouth: 'aa', moments: evenly([new Float32Array(coefficients)]) }

/** Calibrated as its documentation says, from held vowels of each tuning voice, and from closed lips beside. */
export async function calibratedWlipsync(
  settings: WlipsyncSettings,
  tuning: readonly (readonly LabelledSpeech[])[],
): Promise<LipMethod> {
  // It computes as many coefficients as its profile has entries.
  const blank = Array.from({ length: coefficients }, () => blankEntry)
  const entries: ProfileEntry[] = []
  for (const voice of tuning) entries.push(...toEntries(await open(settings, blank), voice))
  const lips = await open(settings, entries)
  return {
    name: 'wlipsync 1.3.1',
    guess: (sentences) =>
      sentences.map(({ frames }) => {
        const heard = frames.map((frame) => lips.hear(frame))
        return frames.map((_, at) => {
          const { index, volume } = heard[at + settings.lookAhead] ?? { index: 0, volume: 0 }
          const strength = Math.min(1, Math.max(0, (Math.log10(volume + 1e-9) + 4) / 4))
          return { mouth: entries[index]?.mouth ?? 'closed', strength }
        })
      }),
  }
}

/** Moments in the middle of the longest sounds: a frame between frames of the same mouth. */
function toEntries(lips: Wlipsync, sentences: readonly LabelledSpeech[]): ProfileEntry[] {
  const moments = new Map<Mouth, Float32Array[]>(mouths.map((mouth) => [mouth, []]))
  for (const { frames, mouths: expected } of sentences)
    for (const [index, frame] of frames.entries()) {
      const { volume } = lips.hear(frame)
      const mouth = expected[index]
      const isHeld = expected[index - 1] === mouth && expected[index + 1] === mouth
      if (mouth && isHeld && volume > 0.001) moments.get(mouth)?.push(lips.coefficients)
    }
  return Array.from(moments, ([mouth, all]) => ({ mouth, moments: evenly(all) }))
}

function evenly(all: readonly Float32Array[]): Float32Array[] {
  return Array.from({ length: momentsPerEntry }, (_, index) => {
    const moment = all[Math.floor((index * all.length) / momentsPerEntry)]
    if (!moment) throw new Error('a tuning voice never holds one of the mouths')
    return moment
  })
}
