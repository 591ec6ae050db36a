// `npm run bench:overlay`: what the overlay costs, how well the mouth fits the sound, and how it comes back; in Chromium.
import { parseArgs } from 'node:util'
import { launchBrowser } from '../support/browser.ts'
import { printTable } from '../support/print-table.ts'
import { measureFrameCost } from './overlay/frame-cost.ts'
import { measureOwnAudio, measureRemote } from './overlay/mouth-timing.ts'
import { measureReconnects } from './overlay/reconnects.ts'
import { measureSoak } from './overlay/soak.ts'
import { measureTransfer } from './overlay/transfer.ts'
import { percentile } from './percentiles.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'transfer,remote,own,frames,soak,reconnect' },
    seconds: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '30' },
    restarts: { type: 'string', default: '20' },
  },
})
const parts = new Set(values.only.split(','))
const seconds = Number(values.seconds)
type Row = [what: string, measured: string, asked: string, verdict: 'met' | 'missed']
const rows: Row[] = []
const add = (what: string, measured: string, asked: string, isMet: boolean) =>
  rows.push([what, measured, asked, isMet ? 'met' : 'missed'])
const browser = await launchBrowser()
try {
  if (parts.has('transfer')) await reportTransfer()
  if (parts.has('remote'))
    reportMouth('remote, 200 ms + jitter, skewed', await measureRemote(browser, seconds))
  if (parts.has('own')) reportMouth('own audio', await measureOwnAudio(browser, seconds))
  if (parts.has('frames')) reportFrames(await measureFrameCost(browser, seconds))
  if (parts.has('soak')) await reportSoak()
  if (parts.has('reconnect')) await reportReconnects()
} finally {
  await browser.close()
}
printTable(['overlay', 'measured', 'asked', ''], rows)

async function reportTransfer(): Promise<void> {
  const { modules, javascript, own, avatar } = await measureTransfer()
  const kb = (bytes: number) => (bytes / 1_000).toFixed(1)
  add(
    'all JavaScript, brotli',
    `${kb(javascript)} kB in ${modules} modules, ours ${kb(own)}`,
    '≤ 235 kB',
    javascript <= 235_000,
  )
  add('avatar, brotli', `${kb(avatar)} kB`, '≤ 1 MB', avatar > 0 && avatar <= 1_000_000)
}

function reportMouth(mode: string, errors: readonly number[]): void {
  const sorted = Float64Array.from(errors, Math.abs).sort()
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const p95 = percentile(sorted, 0.95)
  const measured = `p95 ${p95.toFixed(1)} ms, mean ${mean.toFixed(1)}, of ${errors.length}`
  add(`mouth vs sound, ${mode}`, measured, 'p95 ≤ 40 ms', p95 <= 40)
}

function reportFrames(costs: readonly number[]): void {
  const sorted = Float64Array.from(costs).sort()
  const [p50, p95] = [percentile(sorted, 0.5), percentile(sorted, 0.95)]
  const measured = `p95 ${p95.toFixed(2)} ms, p50 ${p50.toFixed(2)}, of ${costs.length}`
  add('JavaScript per picture', measured, 'p95 ≤ 2 ms', p95 <= 2)
}

async function reportSoak(): Promise<void> {
  const { minutes, pictures, growthMiB } = await measureSoak(browser, Number(values.minutes))
  const measured = `${growthMiB.toFixed(2)} MiB in ${minutes} min, ${pictures} pictures`
  add('heap growth, accelerated soak', measured, '≤ 2 MB', growthMiB <= 2_000_000 / 1_048_576)
}

async function reportReconnects(): Promise<void> {
  const plan = { restarts: Number(values.restarts), cuts: 4, stalls: 2 }
  const { backMs, pageErrors, ghostCaptions } = await measureReconnects(browser, plan)
  const sorted = Float64Array.from(backMs).sort()
  const measured = `max ${percentile(sorted, 1).toFixed(0)} ms, p50 ${percentile(sorted, 0.5).toFixed(0)}, of ${backMs.length}`
  add('back after restart, cut, stall', measured, '≤ 2 s', percentile(sorted, 1) <= 2_000)
  add(
    'page errors, ghost captions',
    `${pageErrors.length}, ${ghostCaptions}`,
    '0, 0',
    pageErrors.length + ghostCaptions === 0,
  )
}
