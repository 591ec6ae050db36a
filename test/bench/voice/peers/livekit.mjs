// @livekit/agents under the bench's load, without a room: its own audio input and output, STT, LLM and TTS over HTTP.
// The bench copies this file beside the installed packages; its argument is the folder of the repository.
import { ReadableStream } from 'node:stream/web'
import { pathToFileURL } from 'node:url'
import { AudioByteStream, inference, initializeLogger, shortuuid, stt, tts, voice } from '@livekit/agents'
import * as openai from '@livekit/agents-plugin-openai'
import { AudioFrame } from '@livekit/rtc-node'

const bench = pathToFileURL(`${process.argv[2]}/test/bench/voice/`)
const { serveLoads } = await import(new URL('serve-loads.ts', bench).href)
const { questionIn } = await import(new URL('script.ts', bench).href)

initializeLogger({ pretty: false, level: 'error' })

/** Sound as the bench's microphones give it. */
class Microphone extends voice.AudioInput {
  #controller
  constructor() {
    super()
    const frames = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
    })
    this.multiStream.addInputStream(frames)
  }
  push(samples) {
    this.#controller.enqueue(new AudioFrame(samples, 48_000, 1, samples.length))
  }
}

/** Plays nothing, but takes as long as the sound would, and tells of the first frame of each answer. */
class Loudspeaker extends voice.AudioOutput {
  onFirst = () => {}
  #startedMs
  #capturedMs = 0
  #timer
  constructor() {
    super(24_000, undefined, { pause: true })
  }
  async captureFrame(frame) {
    await super.captureFrame(frame)
    if (this.#startedMs === undefined) {
      this.#startedMs = performance.now()
      this.onFirst(this.#startedMs)
      this.onPlaybackStarted(Date.now())
    }
    this.#capturedMs += (frame.samplesPerChannel / frame.sampleRate) * 1_000
  }
  flush() {
    super.flush()
    if (this.#startedMs === undefined) return
    const leftMs = this.#startedMs + this.#capturedMs - performance.now()
    this.#timer = setTimeout(() => this.#finish(false), Math.max(0, leftMs))
  }
  clearBuffer() {
    clearTimeout(this.#timer)
    if (this.#startedMs !== undefined) this.#finish(true)
  }
  pause() {}
  resume() {}
  #finish(interrupted) {
    const playedMs = Math.min(this.#capturedMs, performance.now() - this.#startedMs)
    this.#startedMs = undefined
    this.#capturedMs = 0
    this.onPlaybackFinished({
      playbackPosition: (interrupted ? playedMs : this.#capturedMs) / 1_000,
      interrupted,
    })
  }
}

/** Its stock plugin waits for the whole body; this one hands on what arrives. */
class StreamingTts extends tts.TTS {
  label = 'bench.StreamingTts'
  #url
  constructor(url) {
    super(24_000, 1, { streaming: false })
    this.#url = url
  }
  synthesize(text, connOptions, abortSignal) {
    return new StreamingSpeech(text, this, this.#url, connOptions, abortSignal)
  }
  stream() {
    throw new Error('the session cuts sentences itself')
  }
}

class StreamingSpeech extends tts.ChunkedStream {
  label = 'bench.StreamingSpeech'
  #url
  constructor(text, owner, url, connOptions, abortSignal) {
    super(text, owner, connOptions, abortSignal)
    this.#url = url
  }
  async run() {
    const requestId = shortuuid()
    const frames = new AudioByteStream(24_000, 1, 480)
    const put = (frame, final) => this.queue.put({ requestId, segmentId: requestId, frame, final })
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'bench', input: this.inputText, voice: 'alloy', response_format: 'pcm' }),
      signal: this.abortSignal,
    })
    for await (const bytes of response.body) for (const frame of frames.write(bytes)) put(frame, false)
    for (const frame of frames.flush()) put(frame, true)
    this.queue.close()
  }
}

/** For given turn ends: one utterance is recognised when the bench says that it is over. */
class CommittedStt extends stt.STT {
  label = 'bench.CommittedStt'
  recogniser
  current
  constructor(recogniser) {
    super({ streaming: true, interimResults: false })
    this.recogniser = recogniser
  }
  async _recognize(frame) {
    return await this.recogniser.recognize(frame)
  }
  stream() {
    this.current = new CommittedStream(this)
    return this.current
  }
}

class CommittedStream extends stt.SpeechStream {
  label = 'bench.CommittedStream'
  #recogniser
  constructor(owner) {
    super(owner)
    this.#recogniser = owner.recogniser
  }
  async run() {
    for await (const _ of this.input);
  }
  async commit(frame) {
    const event = await this.#recogniser.recognize(frame)
    this.queue.put({ type: stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives: event.alternatives })
  }
}

serveLoads(async (url, load) => {
  const sessions = []
  return {
    async open() {
      const { session, talker } = await openTalker(url, load)
      sessions.push(session)
      return talker
    },
    async [Symbol.asyncDispose]() {
      process.exit(0)
    },
  }
})

const silence = new AudioFrame(new Int16Array(24_000), 24_000, 1, 24_000)

async function openTalker(url, load) {
  const isGiven = load.mode === 'A'
  const key = { apiKey: 'none' }
  const recogniser = new openai.STT({
    ...key,
    baseURL: `${url}/whisper/v1`,
    model: 'bench',
    useRealtime: false,
  })
  const vad = isGiven ? null : new inference.VAD({ minSilenceDuration: 250 })
  const committed = new CommittedStt(recogniser)
  const session = new voice.AgentSession({
    vad,
    stt: isGiven ? committed : new stt.StreamAdapter(recogniser, vad),
    llm: new openai.LLM({ ...key, baseURL: `${url}/llm/v1`, model: 'bench' }),
    tts: new StreamingTts(`${url}/tts/v1/audio/speech`),
    aecWarmupDuration: null,
    userAwayTimeout: null,
    turnHandling: {
      turnDetection: isGiven ? 'manual' : 'vad',
      endpointing: { mode: 'fixed', minDelay: isGiven ? 0 : 300, maxDelay: isGiven ? 0 : 2_500 },
      preemptiveGeneration: { enabled: true, preemptiveTts: true },
      interruption: { mode: 'vad' },
    },
  })
  const microphone = new Microphone()
  const loudspeaker = new Loudspeaker()
  let question = 0
  const talker = {
    onFirstFrame: () => {},
    push: (samples) => microphone.push(samples),
    commit: () => void committed.current.commit(silence).catch((error) => console.error(error)),
  }
  loudspeaker.onFirst = (atMs) => talker.onFirstFrame(question, atMs)
  session.on('user_input_transcribed', ({ transcript, isFinal }) => {
    if (!isFinal) return
    question = questionIn(transcript)
    // Once it has taken note of the transcript itself; sooner it would wait another half second for one.
    if (isGiven) setImmediate(() => session.commitUserTurn())
  })
  session.on('error', ({ error }) => console.error(error))
  session.input.audio = microphone
  session.output.audio = loudspeaker
  const agent = new voice.Agent({
    instructions: 'You are a voice assistant. Answer in one or two short sentences.',
  })
  await session.start({ agent, record: false })
  return { session, talker }
}
