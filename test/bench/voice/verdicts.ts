import type { Interruptions } from './interruptions.ts'
import type { Measured } from './run-system.ts'

/** Rows of: what was asked, what was measured, what is wanted, and whether that is met. */
export type Verdict = [asked: string, measured: string, wanted: string, met: string]

export function judgePipeline(measured: readonly Measured[]): Verdict[] {
  const ours = measured.filter(({ name }) => name === 'companions')
  const atOnce = (one: Measured) => one.load.isBurst
  const rows = ours.flatMap((run) => {
    const floor = sameLoad(measured, run, 'floor')[0]
    if (floor === undefined) return []
    const where = `${run.load.sessions} ${atOnce(run) ? 'at once' : 'spread'}`
    return [
      atMost(`A p50, ${where}`, run.latency.p50, floor.latency.p50 + 5, 'ms, floor + 5'),
      atMost(`A p99, ${where}`, run.latency.p99, floor.latency.p99 * 1.2, 'ms, 1.2 × floor'),
    ]
  })
  const peers = measured.filter(({ name }) => name === 'livekit')
  const mostOf = (runs: readonly Measured[]) =>
    runs.findLast((run) => run.load.sessions === 40 && atOnce(run))
  const [most, peer] = [mostOf(ours), mostOf(peers)]
  if (most && peer)
    rows.push(
      atMost('A p99 beside the peer, 40 at once', most.latency.p99, peer.latency.p99 * 0.2, 'ms, 0.2 × peer'),
      atMost(
        'CPU, 40 at once',
        most.cpuPerSessionMinute,
        peer.cpuPerSessionMinute * 0.3,
        's/session-min, 0.3 × peer',
      ),
    )
  const slope = miBPerSession(ours)
  if (slope !== undefined) {
    rows.push(atMost('memory of a session (from 10 to 40)', slope, 3, 'MiB'))
    const theirs = miBPerSession(peers)
    if (theirs !== undefined) rows.push(['memory of a session, peer', theirs.toFixed(1), 'MiB', ''])
  }
  return rows
}

export function judgeFullTurn(measured: readonly Measured[]): Verdict[] {
  const ours = measured.filter(({ name }) => name === 'companions')
  return ours.flatMap((run) => {
    const [peer] = sameLoad(measured, run, 'livekit')
    const where = `B p50, ${run.load.sessions} at once`
    const rows = [atMost(where, run.latency.p50, 650, 'ms')]
    if (peer)
      rows.push(
        atMost(`${where}, beside the peer`, run.latency.p50, peer.latency.p50 * 0.7, 'ms, 0.7 × peer'),
      )
    return rows
  })
}

export function judgeInterruptions({ stop, resumedShare }: Interruptions): Verdict[] {
  const percent = resumedShare * 100
  return [
    atMost('barge-in: speech to last audible frame, p95', stop.p95, 250, 'ms'),
    ['coughs and hums resumed', `${percent.toFixed(1)} %`, 'at least 95 %', percent >= 95 ? 'met' : 'MISSED'],
  ]
}

function sameLoad(measured: readonly Measured[], run: Measured, name: string): Measured[] {
  return measured.filter((other) => other.load === run.load && other.name.includes(name))
}

/** What each further session takes: processes of other sizes cancel their common part out. */
function miBPerSession(runs: readonly Measured[]): number | undefined {
  const at = (sessions: number) => runs.find(({ load }) => load.isBurst && load.sessions === sessions)
  const [few, many] = [at(10), at(40)]
  return few && many ? (many.memoryMiB - few.memoryMiB) / 30 : undefined
}

function atMost(asked: string, value: number, limit: number, unit: string): Verdict {
  const digits = limit < 10 ? 3 : 1
  return [
    asked,
    value.toFixed(digits),
    `at most ${limit.toFixed(digits)} ${unit}`,
    value <= limit ? 'met' : 'MISSED',
  ]
}
