import { expect, test } from 'vitest'
import { emptyHistory } from '#core/chat/history.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { runTurn } from '#core/chat/run-turn.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { systemClock } from '#core/voice/clock.ts'
import { openSession } from '#core/voice/session/open-session.ts'
import { eventually } from '#test/support/eventually.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'
import { ScriptedLane, soundOf } from '#test/support/voice-lane.ts'

const persona = await loadPersona()
const logger = createLogger({ level: 'silent' })

/** A session whose services answer over real sockets: the model never ends, the voice speaks slowly. */
async function openWorld() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(
    await startInferenceServer({
      plans: {
        stt: { text: 'Tell me a story.' },
        llm: { tokens: () => endless(), tokensPerSecond: 100 },
        tts: { chunkMs: 100, samples: new Int16Array(24_000 * 30).fill(5_000) },
      },
    }),
  )
  const inference = stack.use(openInference(server.targets, { logger }))
  const lane = new ScriptedLane()
  const frames: number[] = []
  const session = stack.use(
    openSession({
      id: 'room',
      place: { kind: 'guild', id: 'voice channel' },
      inference,
      openLane: () => lane,
      out: { play: () => frames.push(performance.now()), rest: () => undefined },
      clock: systemClock,
      takeTurn: ({ turnId, person, place, text }, signal) => {
        const author = {
          platform: 'discord',
          platformUserId: person.id,
          displayName: person.displayName,
        } as const
        const { chatModel } = inference
        const deps = { chatModel, persona, wishes: {}, history: emptyHistory, sessionId: 'one' }
        return runTurn({ turnId, author, place, text }, deps, signal)
      },
      onStage: () => undefined,
      onTurn: () => undefined,
      onNotice: () => undefined,
      logger,
      signal: new AbortController().signal,
    }),
  )
  session.join({ id: 'anna', displayName: 'Anna' })
  const heard = () => {
    const atMs = performance.now()
    return { atMs, speechEndMs: atMs - 100, speechMs: 1_000, audio: soundOf(1_000) }
  }
  const openRequests = () => server.requests.filter((one) => !one.finishedAt && !one.abortedAt).length
  return {
    server,
    session,
    lane,
    frames,
    heard,
    openRequests,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function* endless(): Generator<string> {
  for (let word = 0; ; word += 1) yield word % 8 === 7 ? 'end. ' : 'word '
}

test('a stop reaches model and voice, and leaves no request open', async () => {
  await using world = await openWorld()
  world.lane.emit({ type: 'turn-end', ...world.heard() })
  await eventually(() => world.frames.length > 5)
  expect(world.openRequests()).toBeGreaterThanOrEqual(2)
  world.session.stop()
  await eventually(() => world.openRequests() === 0)
  const aborted = world.server.requests.filter(({ abortedAt }) => abortedAt).map(({ service }) => service)
  expect(new Set(aborted)).toEqual(new Set(['llm', 'tts']))
})

test('an interruption reaches model and voice, and leaves no request open', async () => {
  await using world = await openWorld()
  world.lane.emit({ type: 'turn-end', ...world.heard() })
  await eventually(() => world.frames.length > 5)
  world.server.plan('stt', { fault: { type: 'silent' } })
  const atMs = performance.now()
  world.lane.emit({ type: 'speech-start', atMs, speechStartMs: atMs - 70 })
  await eventually(() => performance.now() - (world.frames.at(-1) ?? 0) > 100)
  world.lane.emit({ type: 'speech-continues', atMs: performance.now(), speechMs: 1_300 })
  await eventually(() => world.openRequests() === 0)
})

test('a guess that was wrong is called off in all three services', async () => {
  await using world = await openWorld()
  world.lane.emit({ type: 'pause', ...world.heard() })
  await world.server.waitFor(({ service, sent }) => service === 'tts' && sent > 0)
  world.lane.emit({ type: 'resume', atMs: performance.now() })
  await eventually(() => world.openRequests() === 0)
  world.server.plan('stt', { fault: { type: 'silent' } })
  world.lane.emit({ type: 'pause', ...world.heard() })
  await world.server.waitFor(({ service, finishedAt }) => service === 'stt' && finishedAt === undefined)
  world.lane.emit({ type: 'resume', atMs: performance.now() })
  await eventually(() => world.openRequests() === 0)
  expect(world.frames).toEqual([])
})
