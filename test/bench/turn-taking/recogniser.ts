import type { Utterance } from './speaker-script.ts'

/**
 * exact: right words, capitals and marks. careless: a full stop after one unfinished transcript in ten, as Whisper does.
 * bare: right words, no capitals, no marks. none: no recogniser answers in time.
 */
export type RecogniserKind = 'exact' | 'careless' | 'bare' | 'none'

/** What a recogniser of that kind writes of the utterance up to `speechEndMs`; nothing but noise is an empty text. */
export function transcribe(
  kind: Exclude<RecogniserKind, 'none'>,
  utterance: Utterance | undefined,
  speechEndMs: number,
  chance: number,
): string {
  const text = utterance === undefined ? '' : wordsUpTo(utterance, speechEndMs)
  if (kind === 'bare') return text.toLowerCase().replaceAll(/[^\p{L}\p{N}' ]/gu, '')
  return kind === 'careless' && chance < 0.1 && /[\p{L},]$/u.test(text) ? `${text.replace(/,$/, '')}.` : text
}

/** Whole parts as written, and of a part that is still spoken as many words as its time has passed. */
function wordsUpTo({ parts }: Utterance, endMs: number): string {
  const heard = parts.filter((part) => part.startMs < endMs)
  return heard
    .map(({ startMs, endMs: partEndMs, words, isMarked }) => {
      const share = (endMs - startMs) / (partEndMs - startMs)
      if (share >= 0.85) return isMarked ? `${words}.` : words
      const spoken = words.split(' ')
      return spoken.slice(0, Math.max(1, Math.floor(spoken.length * share))).join(' ')
    })
    .map((words, at) => (at < heard.length - 1 ? words.replace(/\.$/, '') : words))
    .join(' ')
}
