// `npm run bench:start`: from `npm start` to the first answer, with nothing configured; the first start and later ones.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { printTable } from '../support/print-table.ts'
import { descendantsOf } from '../support/process-usage.ts'
import { type SpawnedProcess, spawnProcess } from '../support/spawned-process.ts'
import { median } from './percentiles.ts'
import { type AnswerTimes, getFirstAnswer } from './start/first-answer.ts'
import { copyProject } from './start/project-copy.ts'

const laterRuns = 5
const askedMs = 2_000
const stopGraceMs = 15_000

interface StartTimes extends AnswerTimes {
  /** The one line with the address. */
  readonly listening: number
}

await using project = await copyProject()
const home = await mkdtemp(join(tmpdir(), 'companions-home-'))
try {
  const floor: number[] = []
  for (let run = 0; run < laterRuns; run += 1) floor.push(await measureFloor())
  const first = await measureStart()
  const later: StartTimes[] = []
  for (let run = 0; run < laterRuns; run += 1) later.push(await measureStart())
  report(median(floor), first, later)
} finally {
  await rm(home, { recursive: true, force: true })
}

async function measureStart(): Promise<StartTimes> {
  const beganAt = performance.now()
  const npm = spawnProcess('npm', ['start'], { cwd: project.folder, env: environment() })
  try {
    const [address = ''] = await npm.waitForLine(/http:\/\/\S+/, 60_000)
    const listening = performance.now() - beganAt
    return { listening, ...(await getFirstAnswer(address, beganAt)) }
  } finally {
    await endTree(npm)
  }
}

/** What npm and Node take to do nothing: the same command with an empty program. */
async function measureFloor(): Promise<number> {
  const beganAt = performance.now()
  await using npm = spawnProcess('npm', ['run', 'nothing'], { cwd: project.folder, env: environment() })
  await npm.exited
  return performance.now() - beganAt
}

function environment(): Record<string, string> {
  return {
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    NODE_COMPILE_CACHE: join(home, 'compile-cache'),
  }
}

/** npm and its shell do not pass every signal on, so the program itself is told to stop, by its id. */
async function endTree(npm: SpawnedProcess): Promise<void> {
  for (const pid of descendantsOf(npm.pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.startsWith('node\0') && command.includes('companions.mjs')) process.kill(pid, 'SIGTERM')
  }
  const isLate = await Promise.race([npm.exited, wait(stopGraceMs, true, { ref: false })])
  if (isLate) throw new Error(`npm start did not end within ${stopGraceMs} ms`)
}

function report(floorMs: number, first: StartTimes, later: readonly StartTimes[]): void {
  const phases = ['listening', 'page', 'socket', 'firstWord', 'answered'] as const
  const ms = (value: number) => value.toFixed(0)
  printTable(
    ['ms since `npm start`', 'first start', `later, median of ${later.length}`, 'best', 'worst'],
    [
      ['npm and Node alone (floor)', '', ms(floorMs), '', ''],
      ...phases.map((phase) => {
        const times = later.map((run) => run[phase])
        return [phase, ms(first[phase]), ms(median(times)), ms(Math.min(...times)), ms(Math.max(...times))]
      }),
    ],
  )
  const answered = median(later.map((run) => run.answered))
  console.log(
    `asked: answered within ${askedMs} ms after the first start; ${answered <= askedMs ? 'met' : 'missed'}`,
  )
}
