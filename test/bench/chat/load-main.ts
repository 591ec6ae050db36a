// The readers: many sockets in one process, which notes how old each token is when its bytes arrive.
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { summarize } from '../percentiles.ts'
import { StampReader, stampLength } from './stamp.ts'
import { openCompanionsTalk, openFloorTalk, type Talk } from './talk.ts'

const Task = z.object({
  kind: z.enum(['floor', 'companions']),
  url: z.string(),
  streams: z.number(),
  /** Per stream. */
  tokens: z.number(),
})

const { kind, url, streams, tokens } = Task.parse(JSON.parse(process.argv[2] ?? '{}'))
const warmUpTokens = 100
/** Streams begin spread over this time, as people do; they stay out of step from then on. */
const spreadMs = 2_000

let ages: number[] = []
/** Of those, what arrived while every stream was running: none had yet to begin, none was over. */
let agesTogether: number[] = []
let begun = 0
let over = 0
const talks = await openTalks()
await askAll(warmUpTokens)
ages = []
agesTogether = []
process.send?.({ type: 'warm' })
process.once('message', () => void measure())

async function measure(): Promise<void> {
  await askAll(tokens)
  process.send?.({ type: 'done', latency: summarize(ages), together: summarize(agesTogether) })
  for (const talk of talks) talk.close()
  process.disconnect()
}

async function openTalks(): Promise<Talk[]> {
  const opened: Talk[] = []
  for (let number = 0; number < streams; number += 1) {
    const reader = new StampReader()
    const onText = (text: string, arrivedAt: number) => {
      const read = reader.read(text, arrivedAt)
      ages.push(...read)
      if (begun === streams && over === 0) agesTogether.push(...read)
    }
    const options = { url, user: `reader-${number}`, onText }
    opened.push(
      kind === 'floor' ? await openFloorTalk(options, stampLength) : await openCompanionsTalk(options),
    )
  }
  return opened
}

async function askAll(count: number): Promise<void> {
  const startOf = (number: number) => ((number * 0.618_034) % 1) * spreadMs
  begun = 0
  over = 0
  await Promise.all(
    talks.map(async (talk, number) => {
      await wait(startOf(number))
      const answered = talk.ask(count)
      begun += 1
      await answered
      over += 1
    }),
  )
}
