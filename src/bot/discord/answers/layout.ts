import { strings } from '../strings.ts'
import { cleanOutgoing } from './clean.ts'
import type { End } from './reply-text.ts'
import { splitMessage } from './split.ts'

/** What an answer looks like: messages of everyone, a sentence in place of them, or nothing. */
export type Layout =
  | { readonly kind: 'parts'; readonly parts: readonly string[] }
  | { readonly kind: 'notice'; readonly sentence: string }
  | { readonly kind: 'nothing' }

export function layOut(text: string, maxParts: number): readonly string[] {
  const parts = splitMessage(cleanOutgoing(text))
  if (parts.length <= maxParts) return parts
  return [...parts.slice(0, maxParts - 1), strings.answerTooLong]
}

export function layOutEnd({ status, text, notice }: End, maxParts: number): Layout {
  if (status === 'retracted') return { kind: 'nothing' }
  const shown =
    status === 'failed' && notice !== undefined && text.trim() !== '' ? `${text}\n-# ${notice}` : text
  const parts = layOut(shown, maxParts)
  if (parts.length > 0) return { kind: 'parts', parts }
  return { kind: 'notice', sentence: sentenceFor(status, notice) }
}

function sentenceFor(status: Exclude<End['status'], 'retracted'>, notice: string | undefined): string {
  if (status === 'failed') return cleanOutgoing(notice ?? strings.failed)
  return status === 'stopped' ? strings.stopped : strings.nothingToSay
}
