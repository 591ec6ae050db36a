import { inSpan } from '#core/telemetry/trace-context.ts'
import { FloorFullError, FloorTimeoutError } from './floor.ts'
import { judgeWords } from './overlap-words.ts'
import { recognise } from './recognise.ts'
import { reply } from './reply.ts'
import { requestOf } from './request-of.ts'
import type { Room } from './room.ts'
import type { Turn } from './turn.ts'
import { describeTurn, traceStages } from './turn-metrics.ts'
import { type TurnOutcome, type TurnReport, timesOf } from './turn-report.ts'

/** What the room heard of a turn. */
export interface Heeded {
  readonly outcome: TurnOutcome
  readonly underruns?: number
  readonly frameJitterMs?: number
}

/**
 * Recognises, decides whether it is for us, and answers. Never rejects for an end from outside. Guesses that were
 * withdrawn leave no report.
 */
export async function runVoiceTurn(room: Room, turn: Turn): Promise<void> {
  turn.isAhead = room.settings.isSpeculative && !turn.isCertain
  const attributes = { 'voice.place': room.place.kind }
  await inSpan('voice.turn', { attributes }, async (span) => {
    const heeded = await heed(room, turn)
    if (turn.isWithdrawn || !turn.isCertain) return span.setAttribute('voice.outcome', 'withdrawn')
    const report = reportOf(turn, heeded)
    traceStages(turn.moments)
    describeTurn(span, report)
    room.report(report)
  })
}

async function heed(room: Room, turn: Turn): Promise<Heeded> {
  try {
    return await answerOrNot(room, turn)
  } catch (error) {
    if (error instanceof FloorFullError || error instanceof FloorTimeoutError) return { outcome: 'left-out' }
    if (turn.signal.aborted) return { outcome: 'cut' }
    throw error
  }
}

async function answerOrNot(room: Room, turn: Turn): Promise<Heeded> {
  const { settings, clock, bargeIn } = room
  const { speaker } = turn.speech
  turn.understood ??= await recognise(turn.heard.audio, room.recogniser, turn.signal)
  turn.moments = { ...turn.moments, transcriptMs: clock.now() }
  const text = turn.understood?.text ?? ''
  speaker.hint(text)
  const verdict = bargeIn.understood(speaker, turn.understood?.text)
  if (turn.understood === undefined) return await onceCertain(turn, 'failed')
  if (text === '' || verdict === 'go-on' || isNothing(room, turn, text))
    return await onceCertain(turn, 'dismissed')
  if (room.addressOf(turn, text) === 'not-addressed') return await stayQuiet(room, turn)
  if (!settings.isSpeculative) await turn.confirmed
  using _floor = await room.floor.take(turn, turn.signal)
  return await reply(room, turn)
}

/** Hums and our own words, over the answer that was just given. */
function isNothing({ saidText, settings }: Room, { speech }: Turn, text: string): boolean {
  return speech.isOverlap && judgeWords(text, saidText, settings.languages) !== 'speech'
}

async function onceCertain(turn: Turn, outcome: TurnOutcome): Promise<Heeded> {
  await turn.confirmed
  return { outcome }
}

async function stayQuiet(room: Room, turn: Turn): Promise<Heeded> {
  await turn.confirmed
  const request = requestOf(room, turn)
  room.record({ request, status: 'quiet', heardText: '', answerText: '' })
  return { outcome: 'quiet' }
}

function reportOf(turn: Turn, { outcome, underruns = 0, frameJitterMs = 0 }: Heeded): TurnReport {
  const { id: turnId, speech, moments, isAhead } = turn
  const speculation = isAhead ? 'kept' : speech.hasDroppedGuess ? 'dropped' : 'none'
  const times = timesOf(moments)
  return { turnId, speakerId: speech.person.id, outcome, times, underruns, frameJitterMs, speculation }
}
