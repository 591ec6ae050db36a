import { InferenceError } from '#core/inference/errors.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import { type Spoken, speak } from '#core/voice/mouth/speak.ts'
import { Answer } from './answer.ts'
import { requestOf } from './request-of.ts'
import type { Room } from './room.ts'
import type { Heeded } from './run-voice-turn.ts'
import type { HeardTurn, VoiceRequest } from './session-ports.ts'
import type { Turn } from './turn.ts'

/** Asks for the answer and speaks it. While the turn is a guess, everything is made ready and nothing is heard. */
export async function reply(room: Room, turn: Turn): Promise<Heeded> {
  const request = requestOf(room, turn)
  const answer = new Answer(room.options.takeTurn(request, turn.signal), room.clock)
  turn.answer = answer
  using _voice = room.giveVoiceTo(turn)
  const spoken = await inSpan('voice.speak', {}, () => say(room, turn, answer))
  if (spoken.status === 'failed') await answer.finish(turn.signal)
  await answer.close()
  noteMoments(turn, answer, spoken)
  if (turn.isWithdrawn || !turn.isCertain) return { outcome: 'cut' }

  tellFaults(room, answer, spoken)
  const heard = heardTurnOf(request, answer, spoken)
  room.record(heard)
  const frameJitterMs = room.watch.takeJitterMs()
  return { outcome: heard.status, underruns: spoken.underruns, frameJitterMs }
}

async function say(room: Room, turn: Turn, answer: Answer): Promise<Spoken> {
  const { clock, playout, settings, options } = room
  return await speak(answer.pieces(), {
    utteranceId: turn.id,
    synthesizer: options.inference.synthesizer,
    ...(settings.voice === undefined ? {} : { voice: settings.voice }),
    room: playout,
    clock,
    onStage: room.stageOf(turn),
    ...(turn.isCertain ? {} : { release: turn.confirmed }),
    signal: turn.signal,
  })
}

function noteMoments(turn: Turn, { startedMs, firstTextMs }: Answer, { timings }: Spoken): void {
  turn.moments = {
    ...turn.moments,
    modelStartMs: startedMs,
    firstTextMs,
    firstSentenceMs: timings.firstSentenceMs,
    ttsFirstByteMs: timings.ttsFirstByteMs,
    firstAudibleFrameMs: timings.firstAudibleFrameMs,
  }
}

function tellFaults({ outages, options }: Room, { end }: Answer, spoken: Spoken): void {
  if (spoken.status === 'failed') outages.failed('tts', spoken.fault)
  else if (spoken.framesPlayed > 0) outages.worked('tts')
  if (end?.status === 'complete') outages.worked('llm')
  if (end?.status !== 'failed' || end.notice === undefined) return
  if (end.fault instanceof InferenceError) outages.tell('llm', end.notice)
  else options.onNotice(end.notice)
}

function heardTurnOf(request: VoiceRequest, { end, text }: Answer, spoken: Spoken): HeardTurn {
  const hasFailed = spoken.status === 'failed' || (spoken.status === 'played' && end?.status === 'failed')
  const notice = end?.status === 'failed' ? end.notice : undefined
  return {
    request,
    status: hasFailed ? 'failed' : spoken.status,
    heardText: spoken.heardText,
    answerText: text,
    ...(notice === undefined ? {} : { notice }),
  }
}
