/**
 * `node test/voice-loop/discord.ts`: what a call costs beside the models, which answer at once here: from the last sound of a
 * question to the first sound of the answer, encrypted end to end; how long a call is deaf and dumb when its media worker is
 * killed; and what that worker holds.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { summarize } from '../bench/percentiles.ts'
import { asksAndHears, fallsSilent, join } from '../bot/discord/voice/talking.ts'
import { openVoiceWorld, question, scene } from '../bot/discord/voice/voice-world.ts'
import { eventually } from '../support/eventually.ts'
import { startTestPostgres } from '../support/postgres.ts'
import { printTable } from '../support/print-table.ts'
import { readUsage } from '../support/process-usage.ts'

const turns = 15
const kills = 3

await using postgres = await startTestPostgres()
await using world = await openVoiceWorld({ postgres, timing: { aloneMs: 600_000 } })
const place = scene(world)
const { anna, channel, guild } = place
const joinedAt = performance.now()
await join(world, place)
const joinMs = performance.now() - joinedAt
await question()

const answers: number[] = []
for (let turn = 0; turn < turns; turn++) {
  answers.push(await asksAndHears(anna, channel))
  await fallsSilent(world, channel)
}
const { rssMiB } = readUsage(world.bot.mediaWorkerPid ?? 0)

const back: number[] = []
const understood: number[] = []
for (let kill = 0; kill < kills; kill++) {
  const before = world.discord.voice.sessions.get(guild.id)?.sessionId
  const diedAt = performance.now()
  process.kill(world.bot.mediaWorkerPid ?? 0, 'SIGKILL')
  await eventually(() => {
    const session = world.discord.voice.sessions.get(guild.id)
    return session !== undefined && session.sessionId !== before && session.isReady
  })
  back.push(performance.now() - diedAt)
  understood.push(await asksAndHears(anna, channel))
  await fallsSilent(world, channel)
  // Five joins a minute are all that there are.
  await wait(13_000)
}

const row = (name: string, values: readonly number[]) => {
  const { count, p50, p90, max } = summarize(values)
  return [name, count, Math.round(p50), Math.round(p90), Math.round(max)]
}
printTable(
  ['', 'times', 'ms p50', 'p90', 'max'],
  [
    row('join to the end of the greeting', [joinMs]),
    row('last sound of a question to the first of its answer', answers),
    row('media worker killed to connected again', back),
    row('the first answer after that', understood),
  ],
)
console.log(`media worker with one call: ${rssMiB.toFixed(0)} MiB`)
