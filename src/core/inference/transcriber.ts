import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Deployment } from './deployment.ts'
import { readJson } from './json-answer.ts'
import type { Transcriber } from './ports.ts'
import { encodeWav } from './wav.ts'

const transcription = z.object({ text: z.string(), language: z.string().nullish() })

/** `POST /v1/audio/transcriptions`: one utterance as a WAV file. Whisper wants 16 kHz; other rates are up to the server. */
export function createTranscriber(deployment: Deployment, model?: string): Transcriber {
  return {
    name: `${model ?? 'the speech recogniser'} at ${deployment.address}`,
    async transcribe(audio, { signal, language: spoken }) {
      const form = multipart({ model, language: spoken, response_format: 'json' }, encodeWav(audio))
      const answer = await deployment.call(
        {
          method: 'POST',
          path: '/audio/transcriptions',
          headers: { 'content-type': form.contentType },
          body: form.body,
          maxBytes: 1_000_000,
        },
        signal,
      )
      const { text, language } = await readJson(answer, transcription)
      return { text: text.trim(), ...(language ? { language } : {}) }
    },
  }
}

/** RFC 7578. Written by hand: undici's FormData would bring its whole fetch along. */
function multipart(fields: Record<string, string | undefined>, wav: Uint8Array) {
  const boundary = `companions-${randomUUID()}`
  const part = (disposition: string) => `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`
  const texts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`)
  const fileHead = `${part('name="file"; filename="utterance.wav"')}content-type: audio/wav\r\n\r\n`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(texts.join('') + fileHead),
      wav,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  }
}
