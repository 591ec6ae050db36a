import { encodeWav } from '#core/inference/wav.ts'
import type { System, Talker } from './load.ts'
import { questionIn } from './script.ts'
import { serveLoads } from './serve-loads.ts'

/** No framework: the three requests one after the other with Node's own fetch, each as soon as the one before allows. */
serveLoads(async (url): Promise<System> => {
  const wav = encodeWav({ samples: new Int16Array(16_000), sampleRateHz: 16_000 })
  return {
    open: async () => {
      const talker: Talker = {
        onFirstFrame: () => undefined,
        push: () => undefined,
        commit: () => void take(talker).catch((error: unknown) => console.error(error)),
      }
      return talker
    },
    [Symbol.asyncDispose]: async () => undefined,
  }

  async function take(talker: Talker): Promise<void> {
    const form = new FormData()
    form.set('file', new Blob([wav]), 'utterance.wav')
    const heard = await fetch(`${url}/whisper/v1/audio/transcriptions`, { method: 'POST', body: form })
    const question = questionIn(await heard.text())
    const messages = [{ role: 'user', content: `Tell me about number ${question} please.` }]
    const body = JSON.stringify({ model: 'bench', stream: true, messages })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/llm/v1/chat/completions`, { method: 'POST', headers, body })
    const sentence = await firstSentence(answer)
    const input = JSON.stringify({ model: 'bench', input: sentence, voice: 'alloy', response_format: 'pcm' })
    const speech = await fetch(`${url}/tts/v1/audio/speech`, { method: 'POST', headers, body: input })
    let isFirst = true
    for await (const _ of speech.body ?? []) {
      if (isFirst) talker.onFirstFrame(question, performance.now())
      isFirst = false
    }
  }
})

/** Reads on after the sentence, as whoever speaks the whole answer does. */
async function firstSentence({ body }: Response): Promise<string> {
  if (body === null) throw new Error('an answer without a body')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const read = async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const bytes of body) {
      for (const [, token = ''] of decoder.decode(bytes).matchAll(/"content":"([^"]*)"/g)) text += token
      const end = text.indexOf('. ')
      if (end > 0) resolve(text.slice(0, end + 1))
    }
  }
  read().catch(reject)
  return await promise
}
