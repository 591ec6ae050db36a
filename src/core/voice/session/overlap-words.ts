import { isBackchannel, isShortAnswer } from './backchannels.ts'
import { isEcho } from './echo.ts'

export type OverlapWords = 'echo' | 'backchannel' | 'speech'

/** What words mean that were said while we said `saidText`. After a question of ours, a `yes` is an answer. */
export function judgeWords(text: string, saidText: string, languages: readonly string[]): OverlapWords {
  if (isEcho(text, saidText)) return 'echo'
  if (!isBackchannel(text, languages)) return 'speech'
  return /[?？]\s*$/u.test(saidText) && isShortAnswer(text) ? 'speech' : 'backchannel'
}
