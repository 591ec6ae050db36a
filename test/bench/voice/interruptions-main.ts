import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { TurnEvent } from '#core/chat/run-turn.ts'
import { openInference } from '#core/inference/open-inference.ts'
import type { Transcriber } from '#core/inference/ports.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { systemClock } from '#core/voice/clock.ts'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import type { TurnOutcome } from '#core/voice/session/turn-report.ts'
import { openVoiceSession } from '#core/voice/session/voice-session.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import { makeClips, randomOf, roomNoise } from './clips.ts'
import type { Trial } from './interruptions.ts'
import { Microphone, pumpMicrophones } from './microphone.ts'

const Request = z.object({ servicesUrl: z.string(), sessions: z.number(), rounds: z.number() })
const kinds = ['speech', 'hum', 'speech', 'cough'] as const
const words = { speech: 'Wait a moment, I meant something else.', hum: 'Mm-hmm.', cough: '' } as const

process.on('disconnect', () => process.exit(0))
process.once('message', (message) => {
  run(Request.parse(message)).then(
    (trials) => process.send?.({ type: 'trials', trials }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.send?.({ type: 'loaded' })

/** People ask, and interrupt the answer: half with words, a quarter with a hum, a quarter with a cough, in room noise. */
async function run({ servicesUrl, sessions, rounds }: z.infer<typeof Request>): Promise<Trial[]> {
  const { signal } = new AbortController()
  const logger = createLogger({ level: 'error' })
  await using inference = openInference(
    { stt: { url: `${servicesUrl}/whisper` }, tts: { url: `${servicesUrl}/tts` } },
    { logger },
  )
  await using vad = await openVad({ signal })
  const endpointing = createEndpointing()
  const clips = await makeClips()
  const over = new AbortController()
  const microphones: Microphone[] = []

  const talk = async (index: number): Promise<Trial[]> => {
    const random = randomOf(index + 1)
    const heard: { audibleMs: number } = { audibleMs: 0 }
    const outcomes: TurnOutcome[] = []
    let said = 'Tell me everything.'
    const transcriber: Transcriber = {
      name: 'scripted words at the pace of the service',
      async transcribe(audio, options) {
        await inference.transcriber?.transcribe(audio, options)
        return { text: said }
      },
    }
    await using session = openVoiceSession({
      id: `bench-${index}`,
      place: { kind: 'guild', id: `channel ${index}` },
      inference: { transcriber, synthesizer: inference.synthesizer },
      vad,
      endpointing,
      out: { play: (frame) => noteAudible(heard, frame), rest: () => undefined },
      clock: systemClock,
      takeTurn: longAnswer,
      onStage: () => undefined,
      onTurn: ({ outcome }) => outcomes.push(outcome),
      onNotice: (sentence) => console.error(sentence),
      logger,
      signal,
    })
    const speaker = session.join({ id: `person ${index}`, displayName: 'Anna' })
    const microphone = new Microphone(roomNoise(index + 100, 96_000), (samples, atMs) =>
      speaker.push(samples, atMs),
    )
    microphones.push(microphone)
    await sleep(500 + (index * 8_000) / sessions)

    const trials: Trial[] = []
    for (let round = 0; round < rounds; round += 1) {
      const kind = kinds[(index + round) % kinds.length] ?? 'speech'
      said = 'Tell me everything.'
      heard.audibleMs = 0
      await microphone.say(clips.question)
      const isAnswering = await until(() => heard.audibleMs > 0, 4_000)
      await sleep(700 + 500 * (random() + 1))
      said = words[kind]
      outcomes.length = 0
      const pool = { speech: clips.interruptions, hum: clips.hums, cough: clips.coughs }[kind]
      const sound = pool[Math.floor(((random() + 1) / 2) * pool.length)] ?? clips.question
      const onsetMs = await microphone.say(sound)
      await sleep(kind === 'speech' ? 0 : 800)
      const stopMs = heard.audibleMs - onsetMs
      // Between two sentences there are 160 ms of silence.
      const isSounding = performance.now() - heard.audibleMs < 300
      const spared = isSounding ? 'goes-on' : 'silent'
      trials.push({
        kind,
        stopMs,
        outcome: !isAnswering ? 'no-answer' : outcomes.includes('cut') ? 'cut' : spared,
      })
      session.stop()
      await sleep(2_600)
    }
    return trials
  }

  const pumping = pumpMicrophones(microphones, over.signal)
  const trials = await Promise.all(Array.from({ length: sessions }, (_, index) => talk(index)))
  over.abort()
  await pumping
  return trials.flat()
}

function noteAudible(heard: { audibleMs: number }, frame: Int16Array): void {
  if (frame.some((sample) => Math.abs(sample) > 200)) heard.audibleMs = performance.now()
}

async function* longAnswer(): AsyncGenerator<TurnEvent, void> {
  const text = Array.from({ length: 14 }, (_, index) => `This is sentence ${index} of a long story. `)
  for (const sentence of text) yield { type: 'text', text: sentence }
  yield { type: 'end', status: 'complete', text: text.join(''), usage: {}, timings: { totalMs: 0 } }
}

async function until(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs
  while (!isSo() && performance.now() < deadlineMs) await sleep(10)
  return isSo()
}
