import { metrics, type Span, trace } from '@opentelemetry/api'
import { toEpochMs } from '#core/voice/clock.ts'
import type { TurnMoments, TurnReport, TurnTimes } from './turn-report.ts'

type Instruments = ReturnType<typeof createInstruments>
let instruments: Instruments | undefined

/** Made at the first turn: what is made before the SDK is registered stays a no-op for ever. */
function createInstruments() {
  const meter = metrics.getMeter('companions')
  const milliseconds = (name: string) => meter.createHistogram(name, { unit: 'ms' })
  return {
    turns: meter.createCounter('voice.turns', { description: 'Turns in voice sessions, by outcome' }),
    underruns: meter.createCounter('voice.underruns', {
      description: 'Frames that speech came too late for',
    }),
    jitter: milliseconds('voice.frame_jitter'),
    times: new Map(names.map((name) => [name, milliseconds(attributes[name])])),
  }
}

export function countTurn({
  outcome,
  speculation,
  times,
  underruns: missed,
  frameJitterMs,
}: TurnReport): void {
  instruments ??= createInstruments()
  const { turns, underruns, jitter, times: histograms } = instruments
  turns.add(1, { outcome, speculation })
  if (missed > 0) underruns.add(missed)
  if (outcome === 'played' || outcome === 'cut') jitter.record(frameJitterMs)
  for (const [name, value] of timesIn(times)) histograms.get(name)?.record(value)
}

/** Puts what a turn took on its span. */
export function describeTurn(
  span: Span,
  { outcome, speculation, times, underruns: missed }: TurnReport,
): void {
  span.setAttributes({
    'voice.outcome': outcome,
    'voice.speculation': speculation,
    'voice.underruns': missed,
  })
  for (const [name, value] of timesIn(times)) span.setAttribute(attributes[name], value)
}

const tracer = trace.getTracer('companions')

/** Spans of the stages that lie between moments rather than around a call, under the active span. */
export function traceStages(moments: TurnMoments): void {
  const { speechEndMs, turnEndMs, modelStartMs, firstSentenceMs, ttsFirstByteMs, firstAudibleFrameMs } =
    moments
  traceStage('voice.endpointing', speechEndMs, turnEndMs)
  traceStage('voice.first_sentence', modelStartMs, firstSentenceMs)
  traceStage('voice.tts_first_byte', firstSentenceMs, ttsFirstByteMs)
  traceStage('voice.first_audio', speechEndMs, firstAudibleFrameMs)
}

function traceStage(name: string, fromMs: number | undefined, untilMs: number | undefined): void {
  if (fromMs === undefined || untilMs === undefined) return
  tracer.startSpan(name, { startTime: toEpochMs(fromMs) }).end(toEpochMs(untilMs))
}

const attributes: Readonly<Record<keyof TurnTimes, string>> = {
  eouDelayMs: 'voice.eou_delay',
  sttFinalMs: 'voice.stt_final',
  llmTtftMs: 'voice.llm_ttft',
  llmFirstSentenceMs: 'voice.llm_first_sentence',
  ttsTtfbMs: 'voice.tts_ttfb',
  e2eMs: 'voice.e2e',
  bargeInStopMs: 'voice.barge_in_stop',
}

const names = Object.keys(attributes) as (keyof TurnTimes)[]

function* timesIn(times: TurnTimes): Generator<[keyof TurnTimes, number]> {
  for (const name of names) {
    const value = times[name]
    if (value !== undefined) yield [name, value]
  }
}
