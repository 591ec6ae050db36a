import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ChatChunk, ChatCompletionRequest, ChatMessage, ChatModel } from '../ports.ts'
import { type Scene, scriptedAnswers } from './demo-script.ts'

export interface BuiltInBrainOptions {
  /** Between words, so that it reads like speaking. */
  readonly wordMs?: number
  readonly now?: () => Date
}

/** How core/chat writes what a person said: one JSON object a line. Anything else is taken as it is. */
const messageLine = z.object({ type: z.literal('message'), from: z.string().optional(), text: z.string() })

/**
 * The script that answers when no model is connected. It says what it is, understands nothing, and never pretends to;
 * the same talk gets the same answer.
 */
export function createBuiltInBrain(options: BuiltInBrainOptions = {}): ChatModel {
  const { wordMs = 25, now = () => new Date() } = options
  return {
    name: 'the built-in demo',
    isDemo: true,
    async *complete({ messages }, { signal }) {
      signal.throwIfAborted()
      for (const word of answer(messages, now()).match(/\s*\S+/g) ?? []) {
        yield { type: 'text', text: word } satisfies ChatChunk
        await pause(wordMs, signal)
      }
      yield { type: 'end', finishReason: 'stop' } satisfies ChatChunk
    },
  }
}

function answer(messages: ChatCompletionRequest['messages'], now: Date): string {
  const name = companionName(messages)
  // Other work than a talk, a summary for instance, is beyond a script: better no answer than a wrong one.
  if (name === undefined) return ''
  const { from, text } = lastSaid(messages)
  const scene: Scene = { name, from, text, now, isFirst: !messages.some(({ role }) => role === 'assistant') }
  const candidates = scriptedAnswers(scene)
  return candidates[hash(`${messages.length} ${text}`) % candidates.length] ?? ''
}

/** Prompts of a talk begin `You are NAME, ...`; without any system message this is a talk, too. */
function companionName(messages: readonly ChatMessage[]): string | undefined {
  const system = messages.find(({ role }) => role === 'system')
  if (!system) return 'Lumi'
  return /^You are ([^,\n]{1,40}),/.exec(system.content)?.[1]
}

function lastSaid(messages: readonly ChatMessage[]): { from?: string | undefined; text: string } {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  for (const line of content.split('\n').reverse()) {
    const parsed = messageLine.safeParse(parseJson(line))
    if (parsed.success) return parsed.data
  }
  return { text: content }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193)
  return value >>> 0
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined)
  signal.throwIfAborted()
}
