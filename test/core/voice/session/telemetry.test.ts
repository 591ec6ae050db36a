import { metrics, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { VoiceRoom } from '#test/support/voice-room.ts'

type SpanExporter = NonNullable<NonNullable<ConstructorParameters<typeof NodeSDK>[0]>['traceExporter']>
type Spans = Parameters<SpanExporter['export']>[0]

let spans: Spans[number][] = []
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const metricReader = new PeriodicExportingMetricReader({ exporter: metricExporter })
const sdk = new NodeSDK({
  autoDetectResources: false,
  instrumentations: [],
  traceExporter: {
    export(ended, done) {
      spans.push(...ended)
      done({ code: 0 })
    },
    shutdown: async () => undefined,
  },
  metricReaders: [metricReader],
})
beforeAll(() => sdk.start())
beforeEach(() => {
  spans = []
})
afterAll(async () => {
  await sdk.shutdown()
  trace.disable()
  metrics.disable()
})

const question = 'What about the purple elephant of Anna?'
const answer = 'The purple elephant is well. It sends its regards to everybody.'
/** Nothing of what was said, and nobody's name. */
const words = /purple|elephant|regards|anna/i

async function talk(room: VoiceRoom): Promise<void> {
  room.recogniser.answers = [question]
  room.answer = answer
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(15_000)
  expect(room.reports).toHaveLength(1)
}

/** The exporter is handed spans a moment after they ended. */
const ended = (name: string) => eventually(() => spans.find((span) => span.name === name))

test('a turn is one trace with the stages it went through', async () => {
  await using room = new VoiceRoom()
  await talk(room)
  const turn = await ended('voice.turn')
  expect(turn.parentSpanContext).toBeUndefined()
  const stages = spans.filter((span) => span !== turn)
  expect(stages.map(({ name }) => name).toSorted()).toEqual([
    'voice.endpointing',
    'voice.first_audio',
    'voice.first_sentence',
    'voice.speak',
    'voice.stt',
    'voice.tts_first_byte',
  ])
  for (const { parentSpanContext } of stages)
    expect([parentSpanContext?.spanId, parentSpanContext?.traceId]).toEqual([
      turn.spanContext().spanId,
      turn.spanContext().traceId,
    ])
  expect(turn.attributes).toMatchObject({
    'voice.place': 'guild',
    'voice.outcome': 'played',
    'voice.speculation': 'kept',
    'voice.underruns': 0,
  })
  const times = room.reports[0]?.times
  expect(turn.attributes).toMatchObject({
    'voice.eou_delay': times?.eouDelayMs,
    'voice.stt_final': times?.sttFinalMs,
    'voice.llm_ttft': times?.llmTtftMs,
    'voice.llm_first_sentence': times?.llmFirstSentenceMs,
    'voice.tts_ttfb': times?.ttsTtfbMs,
    'voice.e2e': times?.e2eMs,
  })
})

test('a guess that was withdrawn is a trace of its own that says so', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(600)
  await anna.pause()
  await anna.speak(600, 'resume')
  await anna.pause()
  await anna.finish()
  await room.clock.advance(15_000)
  await eventually(() => spans.filter(({ name }) => name === 'voice.turn').length === 2)
  const turns = spans.filter(({ name }) => name === 'voice.turn')
  expect(turns.map(({ attributes }) => attributes['voice.outcome']).toSorted()).toEqual([
    'played',
    'withdrawn',
  ])
  expect(new Set(turns.map((turn) => turn.spanContext().traceId)).size).toBe(2)
})

test('no word that was said, and nobody’s name, is in any span, also when something fails', async () => {
  await using room = new VoiceRoom()
  room.voice.fault = new Error(`cannot say: ${answer}`)
  await talk(room)
  await ended('voice.turn')
  const all = spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))
  expect(all.length).toBeGreaterThan(1)
  expect(JSON.stringify(all)).not.toMatch(words)
})

test('the times of turns are histograms, their outcomes a counter, and no label holds a word', async () => {
  await using room = new VoiceRoom()
  await talk(room)
  await metricReader.forceFlush()
  const found =
    metricExporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  const names = found.map(({ descriptor }) => descriptor.name)
  expect(names).toEqual(
    expect.arrayContaining([
      'voice.turns',
      'voice.frame_jitter',
      'voice.eou_delay',
      'voice.stt_final',
      'voice.llm_ttft',
      'voice.llm_first_sentence',
      'voice.tts_ttfb',
      'voice.e2e',
    ]),
  )
  const turns = found.find(({ descriptor }) => descriptor.name === 'voice.turns')
  expect(turns?.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
    outcome: 'played',
    speculation: 'kept',
  })
  expect(JSON.stringify(found)).not.toMatch(words)
})
