import type { Hono } from 'hono'
import { z } from 'zod'
import type { Pcm, Synthesizer } from '#core/inference/ports.ts'
import type { Author } from '#core/protocol/chat.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { loadChoices } from '../account/personal-choices.ts'
import { ownTurn } from '../chat/chat-routes.ts'
import { TurnId } from '../chat/place.ts'
import { speakableParts } from '../markdown/speakable-parts.ts'
import { pageErrors } from '../pages/page-error.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebEnv } from '../web-env.ts'
import { toWav } from './wav.ts'

/** A part has at most 280 characters; a slow speaker needs half a minute for them. */
const maxSeconds = 60
const timeoutMs = 30_000
/** Pages of one person ask for one part after the other; more at once is somebody else's script. */
const maxAtOnce = 4

const Part = z.coerce.number().int().min(0).max(1_000)

/** `GET /chat/turns/<id>/speech?part=<n>`: a part of the person's own turn as WAV. */
export function addSpeechRoute(app: Hono<WebEnv>, deps: WebDeps): void {
  const { persona, signal: stopping } = deps
  const { synthesizer } = deps.inference
  let running = 0

  app.get('/chat/turns/:turn/speech', async (context) => {
    const turnId = TurnId.safeParse(context.req.param('turn'))
    const part = Part.safeParse(context.req.query('part') ?? '0')
    if (!turnId.success || !part.success) throw pageErrors.notFound()
    const { reply } = await ownTurn(deps, context.get('author'), turnId.data)
    const text = speakableParts(reply)[part.data]
    if (text === undefined) throw pageErrors.notFound()
    if (running >= maxAtOnce) return context.body(null, 429, { 'retry-after': '1' })
    const signal = AbortSignal.any([context.req.raw.signal, stopping, AbortSignal.timeout(timeoutMs)])
    running++
    try {
      const voice = (await chosenVoice(deps, context.get('author'))) ?? persona.voice
      const sound = await speak(synthesizer, text, { signal, ...(voice ? { voice } : {}) })
      return context.body(toWav(sound), 200, { 'content-type': 'audio/wav' })
    } catch (error) {
      if (!signal.aborted)
        deps.chat.logger.warn('an answer could not be read aloud', { turnId: turnId.data, error })
      return context.body(null, 503)
    } finally {
      running--
    }
  })
}

/** What the person chose on the account page, if anything. */
async function chosenVoice({ chat: { db } }: WebDeps, author: Author): Promise<string | undefined> {
  return (await loadChoices(db, (await ensureAuthor(db, author)).personId)).voice
}

async function speak(
  synthesizer: Synthesizer,
  text: string,
  options: { readonly signal: AbortSignal; readonly voice?: string },
): Promise<Pcm> {
  const { sampleRateHz, blocks } = await synthesizer.synthesize(text, options)
  const parts: Int16Array[] = []
  let length = 0
  for await (const block of blocks) {
    parts.push(block)
    length += block.length
    if (length > maxSeconds * sampleRateHz) break
  }
  const samples = new Int16Array(length)
  let offset = 0
  for (const block of parts) {
    samples.set(block, offset)
    offset += block.length
  }
  return { samples, sampleRateHz }
}
