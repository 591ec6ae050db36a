import { emptyHistory } from '#core/chat/history.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { runTurn } from '#core/chat/run-turn.ts'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { systemClock } from '#core/voice/clock.ts'
import type { SpeakerLane } from '#core/voice/ears/speaker-lane.ts'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import { openSession } from '#core/voice/session/open-session.ts'
import type { SessionOptions, VoiceRequest, VoiceSession } from '#core/voice/session/session-ports.ts'
import { forSpeaking } from '#core/voice/session/spoken-style.ts'
import { openVoiceSession } from '#core/voice/session/voice-session.ts'
import { openVad } from '#core/voice/vad/open-vad.ts'
import { ScriptedLane } from '#test/support/voice-lane.ts'
import type { Load, System, Talker } from './load.ts'
import { questionIn } from './script.ts'
import { serveLoads } from './serve-loads.ts'

const persona = forSpeaking(await loadPersona())

/** Companions as it runs: one process, one client for each service, one speech detector for all sessions. */
serveLoads(async (url, load): Promise<System> => {
  const resources = new AsyncDisposableStack()
  const logger = createLogger({ level: 'error' })
  const services = { stt: `${url}/whisper`, llm: `${url}/llm`, tts: `${url}/tts` }
  const inference = resources.use(
    openInference(
      { stt: { url: services.stt }, llm: { url: services.llm, model: 'bench' }, tts: { url: services.tts } },
      { logger },
    ),
  )
  const { signal } = new AbortController()
  const openRoom = await roomOpener(load, resources)

  return {
    async open(index) {
      let question = 0
      const talker: Talker = { onFirstFrame: () => undefined, push: () => undefined, commit: () => undefined }
      const { session, commit } = openRoom({
        id: `bench-${index}`,
        place: { kind: 'guild', id: `channel ${index}` },
        inference,
        out: { play: () => talker.onFirstFrame(question, performance.now()), rest: () => undefined },
        clock: systemClock,
        takeTurn: (request, turnSignal) => {
          question = questionIn(request.text)
          return runTurn(turnRequestOf(request), depsOf(index), turnSignal)
        },
        onStage: () => undefined,
        onTurn: () => undefined,
        onNotice: (sentence) => console.error(sentence),
        logger,
        signal,
      })
      const speaker = session.join({ id: `person ${index}`, displayName: 'Anna' })
      resources.use(session)
      talker.commit = commit
      talker.push = (samples, atMs) => speaker.push(samples, atMs)
      return talker
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }

  function depsOf(index: number) {
    const { chatModel } = inference
    return { chatModel, persona, wishes: {}, history: emptyHistory, sessionId: `conversation ${index}` }
  }
})

interface OpenedRoom {
  readonly session: VoiceSession
  readonly commit: () => void
}

type OpenRoom = (options: Omit<SessionOptions, 'openLane'>) => OpenedRoom

async function roomOpener(load: Load, resources: AsyncDisposableStack): Promise<OpenRoom> {
  if (load.mode === 'A') return openWithGivenEnds
  const vad = resources.use(await openVad({ signal: new AbortController().signal }))
  const endpointing = createEndpointing()
  return (options) => ({
    session: openVoiceSession({ ...options, vad, endpointing }),
    commit: () => undefined,
  })
}

/** Turn ends come from the bench instead of the ears. */
function openWithGivenEnds(options: Omit<SessionOptions, 'openLane'>): OpenedRoom {
  const lane = new ScriptedLane()
  const openLane = (): SpeakerLane => lane
  const audio = { samples: new Int16Array(16_000), sampleRateHz: 16_000 }
  return {
    session: openSession({ ...options, openLane }),
    commit() {
      const atMs = performance.now()
      lane.emit({ type: 'turn-end', atMs, speechEndMs: atMs, speechMs: 1_000, audio })
    },
  }
}

function turnRequestOf({ turnId, person, place, text }: VoiceRequest) {
  const author = { platform: 'discord', platformUserId: person.id, displayName: person.displayName } as const
  return { turnId, author, place, text }
}
