import type { Deployment } from './deployment.ts'
import { openPcmStream } from './pcm-stream.ts'
import type { Synthesizer } from './ports.ts'

/** Ten minutes of 48 kHz audio. */
const maxAnswerBytes = 60_000_000

/** `POST /v1/audio/speech`, played as it is made (vLLM-Omni's `stream_format: "audio"`; others ignore that field). */
export function createSynthesizer(deployment: Deployment, model?: string): Synthesizer {
  return {
    name: `${model ?? 'the voice'} at ${deployment.address}`,
    async synthesize(text, { signal, voice }) {
      const input = text.toWellFormed()
      const answer = await deployment.call(
        {
          method: 'POST',
          path: '/audio/speech',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model, input, voice, response_format: 'pcm', stream_format: 'audio' }),
          maxBytes: maxAnswerBytes,
          privateText: input,
        },
        signal,
      )
      return await openPcmStream(answer)
    },
  }
}
