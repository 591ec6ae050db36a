import type { ChatMessage } from '#core/inference/ports.ts'
import type { ChatRequest, Place } from '#core/protocol/chat.ts'
import type { History, HistoryEntry } from './history.ts'
import { systemMessage } from './house-rules.ts'
import type { ResolvedPersona } from './place-settings.ts'
import { breakControlTokens, cleanName, cleanText, dataLine } from './untrusted.ts'

/** What a person said and where: a ChatRequest, or a voice utterance in its shape. */
export type TurnRequest = Pick<ChatRequest, 'turnId' | 'author' | 'place' | 'text' | 'locale' | 'quoted'>

/** Something remembered or looked up that may help the answer; shown to the model as data. */
export interface Note {
  readonly source: string
  readonly text: string
}

export interface PromptParts extends ResolvedPersona {
  readonly request: TurnRequest
  readonly history: History
  readonly notes?: readonly Note[]
  readonly now: Date
}

/**
 * The messages for the chat model. The first is the only system message and holds nothing that a person typed. Every
 * user message is lines of JSON, one object each. Roles alternate, as some chat templates insist on. What changes with
 * every turn stands last, so that the beginning stays in a server's prefix cache.
 */
export function assemblePrompt(parts: PromptParts): ChatMessage[] {
  const { persona, history } = parts
  return joinNeighbours([
    { role: 'system', content: systemMessage(persona) },
    ...summaryOf(history),
    ...history.entries.flatMap(entryMessages),
    { role: 'user', content: currentLines(parts).join('\n') },
  ])
}

function summaryOf({ summary }: History): ChatMessage[] {
  if (summary === undefined) return []
  return [{ role: 'user', content: dataLine({ type: 'summary', text: cleanText(summary.text) }) }]
}

/** An answer that was stopped stands as far as it got: a marker for it would teach the model to write the marker. */
function entryMessages({ from, text, reply }: HistoryEntry): ChatMessage[] {
  const said: ChatMessage = { role: 'user', content: messageLine(from, text) }
  return reply === '' ? [said] : [said, { role: 'assistant', content: breakControlTokens(cleanText(reply)) }]
}

function currentLines({ request, persona, wishes, notes = [], now }: PromptParts): string[] {
  const { author, text, quoted } = request
  return [
    dataLine({ type: 'now', ...describeMoment(request, now), ...faceReminder(persona.expressions) }),
    ...notes.map((note) =>
      dataLine({ type: 'note', source: cleanName(note.source), text: cleanText(note.text) }),
    ),
    ...(Object.keys(wishes).length === 0 ? [] : [wishesLine(wishes)]),
    ...(quoted
      ? [dataLine({ type: 'quoted', from: cleanName(quoted.displayName), text: cleanText(quoted.text) })]
      : []),
    messageLine(author.displayName, text),
  ]
}

/** Without a name where nobody asked for one; the only person there needs none. */
function messageLine(from: string, text: string): string {
  return dataLine({
    type: 'message',
    from: from === '' ? undefined : cleanName(from),
    text: cleanText(text),
  })
}

function wishesLine({ callMe, style, language }: ResolvedPersona['wishes']): string {
  return dataLine({
    type: 'wishes',
    callMe: callMe === undefined ? undefined : cleanName(callMe),
    style: style === undefined ? undefined : cleanText(style),
    language,
  })
}

/** Earlier answers stand in the history without their tags, from which a model would learn to leave them out. */
function faceReminder(expressions: readonly string[]): { answer?: string } {
  return expressions.length === 0 ? {} : { answer: 'plain text, a face tag first' }
}

function describeMoment({ place, locale }: TurnRequest, now: Date): Record<string, string | undefined> {
  return {
    time: `${weekday.format(now)} ${now.toISOString().slice(0, 16)}Z`,
    place: placeNames[place.kind],
    locale,
  }
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' })

const placeNames: Record<Place['kind'], string> = {
  guild: 'a channel where several people read along',
  thread: 'a thread where several people read along',
  dm: 'a private talk with this person',
  web: 'a private talk with this person, on the web',
}

function joinNeighbours(messages: readonly ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (last?.role !== message.role) joined.push(message)
    else joined[joined.length - 1] = { role: last.role, content: `${last.content}\n${message.content}` }
  }
  return joined
}
