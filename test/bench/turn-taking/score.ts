import { percentile } from '../percentiles.ts'
import { replyDelayMs, type SentTurn, type SpeakerOutcome } from './simulate.ts'
import { heardRateHz, type PauseKind, type SpeakerScript, type Utterance } from './speaker-script.ts'

/** A turn that is sent later has been missed: the person will have said it again. */
const missedAfterMs = 3_000
/** The last word may end, for a detector, before its sound has died away. */
const earlyMs = 400

export interface Verdict {
  readonly utterance: Utterance
  /** When the turn with the last word was sent, after the true end; undefined when it never was. */
  readonly sentAfterMs: number | undefined
  /** Moments within the utterance at which our voice began. */
  readonly cutIns: readonly { readonly kind: PauseKind | 'none' }[]
}

export interface Score {
  readonly verdicts: readonly Verdict[]
  readonly falseTurns: number
  readonly noiseMinutes: number
}

export function score(scripts: readonly SpeakerScript[], outcomes: readonly SpeakerOutcome[]): Score {
  const each = scripts.map((script, index) => scoreSpeaker(script, outcomes[index]?.turns ?? []))
  return {
    verdicts: each.flatMap(({ verdicts }) => verdicts),
    falseTurns: each.reduce((sum, { falseTurns }) => sum + falseTurns, 0),
    noiseMinutes: each.reduce((sum, { noiseMinutes }) => sum + noiseMinutes, 0),
  }
}

function scoreSpeaker({ utterances, sound }: SpeakerScript, turns: readonly SentTurn[]): Score {
  const isOf = ({ startMs, endMs }: Utterance, turn: SentTurn) =>
    turn.speechEndMs > startMs && turn.speechEndMs - turn.speechMs < endMs
  const speechMs = utterances.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  return {
    verdicts: utterances.map((utterance) =>
      judge(
        utterance,
        turns.filter((turn) => isOf(utterance, turn)),
      ),
    ),
    falseTurns: turns.filter((turn) => !utterances.some((utterance) => isOf(utterance, turn))).length,
    noiseMinutes: ((sound.length * 1000) / heardRateHz - speechMs) / 60_000,
  }
}

function judge(utterance: Utterance, turns: readonly SentTurn[]): Verdict {
  const heard = turns.filter(({ atMs, withdrawnAtMs }) => (withdrawnAtMs ?? Infinity) > atMs + replyDelayMs)
  const sent = heard.find(
    ({ atMs, speechEndMs }) =>
      atMs > utterance.endMs - earlyMs &&
      speechEndMs > (utterance.parts.at(-1)?.startMs ?? 0) &&
      atMs < utterance.endMs + missedAfterMs,
  )
  return {
    utterance,
    sentAfterMs: sent && sent.atMs - utterance.endMs,
    cutIns: heard
      .map(({ atMs }) => atMs + replyDelayMs)
      .filter((voiceMs) => voiceMs > utterance.startMs && voiceMs < utterance.endMs)
      .map((voiceMs) => ({
        kind: utterance.pauses.findLast(({ startMs }) => startMs < voiceMs)?.kind ?? 'none',
      })),
  }
}

export interface Summary {
  readonly utterances: number
  readonly missed: number
  readonly cutIn: number
  readonly p50: number
  readonly p95: number
}

export function summarizeVerdicts(verdicts: readonly Verdict[]): Summary {
  const sent = Float64Array.from(verdicts.flatMap(({ sentAfterMs }) => sentAfterMs ?? [])).sort()
  return {
    utterances: verdicts.length,
    missed: verdicts.filter(({ sentAfterMs }) => sentAfterMs === undefined).length,
    cutIn: verdicts.filter(({ cutIns }) => cutIns.length > 0).length,
    p50: percentile(sent, 0.5),
    p95: percentile(sent, 0.95),
  }
}
