import { createBuiltInVoice } from '#core/inference/builtin/voice.ts'

/** 16 kHz speech of a real voice, with half a second of silence on both sides. */
export async function speech(text: string): Promise<Int16Array> {
  await using voice = createBuiltInVoice()
  const { blocks } = await voice.synthesize(text, { signal: new AbortController().signal })
  const sound = (await Array.fromAsync(blocks)).flatMap((block) => [...block])
  const silence = Array.from({ length: 8_000 }, () => 0)
  return Int16Array.from([...silence, ...sound, ...silence])
}

/** The same noise in every run. */
export function noise(length: number, peak: number): Int16Array {
  let state = 1
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.round(peak * (state / 2 ** 31 - 1))
  })
}

export function windowsOf(sound: Int16Array): Int16Array[] {
  return Array.from({ length: Math.floor(sound.length / 512) }, (_, at) =>
    sound.subarray(at * 512, at * 512 + 512),
  )
}
