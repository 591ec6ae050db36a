import type { Endpointing } from '#core/voice/endpointing/endpointing.ts'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import { printTable } from '#test/support/print-table.ts'
import type { RecogniserKind } from './turn-taking/recogniser.ts'
import { RecordedVad } from './turn-taking/recorded-vad.ts'
import { type Score, score, summarizeVerdicts, type Verdict } from './turn-taking/score.ts'
import { simulate } from './turn-taking/simulate.ts'
import { writeScripts } from './turn-taking/speaker-script.ts'
import { Speakers } from './turn-taking/speech.ts'

const isShort = process.argv.includes('--short')
const { signal } = new AbortController()
await using speakers = new Speakers()
const scripts = await writeScripts(speakers, isShort ? 16 : 80)
await using vad = new RecordedVad(await openVad({ signal }))

async function run(endpointing: () => Endpointing, recogniser: RecogniserKind): Promise<Score> {
  return score(scripts, await simulate({ scripts, vad, endpointing, recogniser }))
}

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`

function row(name: string, verdicts: readonly Verdict[]): (string | number)[] {
  const { utterances, missed, cutIn, p50, p95 } = summarizeVerdicts(verdicts)
  return [name, utterances, missed, cutIn, percent(cutIn, utterances), Math.round(p50), Math.round(p95)]
}

const heading = ['', 'utterances', 'missed', 'cut in', 'share', 'sent p50 ms', 'p95 ms']
const main = await run(() => createEndpointing(), 'exact')
printTable(heading, [
  row('defaults, exact recogniser', main.verdicts),
  ...['babble', 'music'].flatMap((noise) =>
    [5, 10, 15, 20].map((snrDb) =>
      row(
        `  ${noise} ${snrDb} dB`,
        main.verdicts.filter(({ utterance }) => utterance.noise === noise && utterance.snrDb === snrDb),
      ),
    ),
  ),
])
console.log(`false turns on noise alone: ${main.falseTurns} in ${main.noiseMinutes.toFixed(1)} minutes`)
