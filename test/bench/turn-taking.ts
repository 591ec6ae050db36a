import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import type { EndpointingSettings } from '#core/voice/endpointing/settings.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import { printTable } from '#test/support/print-table.ts'
import type { RecogniserKind } from './turn-taking/recogniser.ts'
import { RecordedVad } from './turn-taking/recorded-vad.ts'
import { type Score, score, summarizeVerdicts, type Verdict } from './turn-taking/score.ts'
import { replyDelayMs, simulate } from './turn-taking/simulate.ts'
import { type PauseKind, writeScripts } from './turn-taking/speaker-script.ts'
import { Speakers } from './turn-taking/speech.ts'

/**
 * How well the ears take turns: three speakers at once, synthetic voices, pauses of 0.3 to 1.2 s within sentences, babble
 * and music at 5 to 20 dB, on a virtual clock with the real speech detector. Needs espeak-ng.
 */
const isShort = process.argv.includes('--short')
const { signal } = new AbortController()
await using speakers = new Speakers()
const scripts = await writeScripts(speakers, isShort ? 16 : 80)
await using vad = new RecordedVad(await openVad({ signal }))

async function run(settings: Partial<EndpointingSettings>, recogniser: RecogniserKind): Promise<Score> {
  const endpointing = createEndpointing(settings)
  return score(scripts, await simulate({ scripts, vad, endpointing, recogniser }))
}

const heading = ['', 'utterances', 'missed', 'cut in', 'share', 'sent p50 ms', 'p95 ms']
const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`

function row(name: string, verdicts: readonly Verdict[]): (string | number)[] {
  const { utterances, missed, cutIn, p50, p95 } = summarizeVerdicts(verdicts)
  return [name, utterances, missed, cutIn, percent(cutIn, utterances), Math.round(p50), Math.round(p95)]
}

const main = await run({}, 'exact')
console.log(
  `3 speakers at once, speech detector: ${vad.engineName}. Sent: after the true end of the speech. Cut in: our voice, ` +
    `${replyDelayMs} ms after the turn was sent, begins within a person's utterance.\n`,
)
printTable(heading, [row('defaults', main.verdicts), ...surroundings(main.verdicts)])
console.log(
  `\nfalse turns on noise alone: ${main.falseTurns} in ${main.noiseMinutes.toFixed(1)} minutes of it\n`,
)
printTable(
  ['words before the pause', 'pauses', 'cut in', 'share'],
  (['unfinished', 'looks finished'] as const).map(pauseRow),
)
console.log('\nThe same sound with other settings and recognisers\n')
printTable([...heading, 'false turns'], await curve())

function surroundings(verdicts: readonly Verdict[]): (string | number)[][] {
  return ['babble', 'music'].flatMap((noise) =>
    [5, 10, 15, 20].map((snrDb) =>
      row(
        `  ${noise} ${snrDb} dB`,
        verdicts.filter(({ utterance }) => utterance.noise === noise && utterance.snrDb === snrDb),
      ),
    ),
  )
}

function pauseRow(kind: PauseKind): (string | number)[] {
  const pauses = main.verdicts
    .flatMap(({ utterance }) => utterance.pauses)
    .filter((pause) => pause.kind === kind)
  const cutIns = main.verdicts.flatMap(({ cutIns }) => cutIns).filter((cutIn) => cutIn.kind === kind)
  return [kind, pauses.length, cutIns.length, percent(cutIns.length, pauses.length)]
}

async function curve(): Promise<(string | number)[][]> {
  const rows: (string | number)[][] = []
  const add = async (name: string, settings: Partial<EndpointingSettings>, recogniser: RecogniserKind) => {
    const { verdicts, falseTurns } = await run(settings, recogniser)
    rows.push([...row(name, verdicts), falseTurns])
  }
  for (const ms of [160, 200, 250, 350])
    await add(`rules, ${ms} ms after a sentence`, { finishedMs: ms }, 'exact')
  for (const ms of [160, 200, 250, 350, 700])
    await add(`no rules, ${ms} ms`, { openMs: ms, openMaxMs: ms, usesTranscript: false }, 'none')
  await add('rules, full stops wrong 1 time in 10', {}, 'careless')
  await add('rules, recogniser without full stops', {}, 'bare')
  await add('rules, no recogniser in time', {}, 'none')
  return rows
}
