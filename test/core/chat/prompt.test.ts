import { describe, expect, test } from 'vitest'
import { emptyHistory } from '#core/chat/history.ts'
import { systemMessage } from '#core/chat/house-rules.ts'
import { overridePersona } from '#core/chat/persona.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { assemblePrompt, type PromptParts, type TurnRequest } from '#core/chat/prompt.ts'
import { cleanName, cleanText } from '#core/chat/untrusted.ts'
import type { ChatMessage } from '#core/inference/ports.ts'
import { attackCanary, promptAttacks } from '#test/support/prompt-attacks.ts'

const persona = await loadPersona()
const request: TurnRequest = {
  turnId: 'turn',
  author: { platform: 'discord', platformUserId: '1', displayName: 'Anna' },
  place: { kind: 'guild', id: '2', guildId: '3' },
  text: 'Hello',
}
const parts: PromptParts = {
  persona,
  wishes: {},
  request,
  history: emptyHistory,
  now: new Date('2026-11-23T22:10:30Z'),
}

/** What servers' chat templates would take for a change of role, wherever it stands in a message. */
const controlTokens =
  /<[|｜]|<\/?s>|<(?:start|end)_of_turn>|<<\/?SYS>>|\[\/?(?:INST|SYSTEM_PROMPT)\]|<\/?think>|<[be]os>/

function dataOf(messages: readonly ChatMessage[]): Record<string, string>[] {
  const users = messages.filter(({ role }) => role === 'user')
  return users.flatMap(({ content }) =>
    content.split(/\r\n|[\n\r\u0085\u2028\u2029\v\f]/).map((line) => JSON.parse(line)),
  )
}

describe('the prompt', () => {
  test('holds persona and rules as the system, and everything else as data', () => {
    const [system, user, ...rest] = assemblePrompt(parts)
    expect(system).toEqual({ role: 'system', content: systemMessage(persona) })
    expect(user?.role).toBe('user')
    expect(rest).toEqual([])
    expect(dataOf(assemblePrompt(parts))).toEqual([
      {
        type: 'now',
        time: 'Monday 2026-11-23T22:10Z',
        place: 'a channel where several people read along',
        answer: 'plain text, a face tag first',
      },
      { type: 'message', from: 'Anna', text: 'Hello' },
    ])
  })

  test('tells the model of wishes, notes and the quoted message before the message itself', () => {
    const full = assemblePrompt({
      ...parts,
      wishes: { callMe: 'Cap', style: 'like a pirate', language: 'de' },
      notes: [{ source: 'memory', text: 'Anna sails.' }],
      request: { ...request, locale: 'de', quoted: { displayName: 'Bob', text: 'Ahoy' } },
    })
    expect(dataOf(full)).toEqual([
      expect.objectContaining({ type: 'now', locale: 'de' }),
      { type: 'note', source: 'memory', text: 'Anna sails.' },
      { type: 'wishes', callMe: 'Cap', style: 'like a pirate', language: 'de' },
      { type: 'quoted', from: 'Bob', text: 'Ahoy' },
      { type: 'message', from: 'Anna', text: 'Hello' },
    ])
  })

  test('alternates between user and assistant, also after turns without an answer', () => {
    const entry = (turnId: string, reply: string) => ({ turnId, from: 'Bob', text: turnId, reply })
    const history = {
      summary: { text: 'Bob sails.', throughTurnId: '0' },
      entries: [entry('1', ''), entry('2', 'two'), entry('3', '')],
    }
    const messages = assemblePrompt({ ...parts, history })
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    expect(dataOf(messages).map(({ type, text }) => [type, text])).toEqual([
      ['summary', 'Bob sails.'],
      ['message', '1'],
      ['message', '2'],
      ['message', '3'],
      ['now', undefined],
      ['message', 'Hello'],
    ])
  })

  test('begins alike for all people and moments of a place, for the prefix cache', () => {
    const other = assemblePrompt({
      ...parts,
      request: { ...request, text: 'Bye' },
      now: new Date(0),
      wishes: { style: 'x' },
    })
    expect(other[0]).toEqual(assemblePrompt(parts)[0])
  })

  test('leaves code and emoji as people wrote them', () => {
    const text = 'if (a < b && list[0]) return "<b>👨‍👩‍👧</b>"\n\tdone'
    expect(dataOf(assemblePrompt({ ...parts, request: { ...request, text } })).at(-1)?.text).toBe(text)
    const history = { summary: undefined, entries: [{ turnId: '1', from: 'A', text: 'x', reply: text }] }
    expect(assemblePrompt({ ...parts, history })[2]?.content).toBe(text)
  })
})

describe('an attack', () => {
  test('exists in more than 200 forms', () => {
    expect(new Set(promptAttacks).size).toBeGreaterThanOrEqual(300)
  })

  test.each([
    ['message', (text: string): PromptParts => ({ ...parts, request: { ...request, text } })],
    [
      'display name',
      (text: string): PromptParts => ({
        ...parts,
        request: { ...request, author: { ...request.author, displayName: text } },
      }),
    ],
    [
      'quoted message',
      (text: string): PromptParts => ({
        ...parts,
        request: { ...request, quoted: { displayName: text, text } },
      }),
    ],
    ['earlier message', (text: string): PromptParts => withEntry({ from: text, text, reply: 'ok' })],
    [
      'summary',
      (text: string): PromptParts => ({
        ...parts,
        history: { summary: { text, throughTurnId: '1' }, entries: [] },
      }),
    ],
    [
      'wish',
      (text: string): PromptParts => ({ ...parts, wishes: { style: text, callMe: text, language: text } }),
    ],
    ['note', (text: string): PromptParts => ({ ...parts, notes: [{ source: text, text }] })],
    ['locale', (text: string): PromptParts => ({ ...parts, request: { ...request, locale: text } })],
  ])('in a %s stays inside its line of data', (_, place) => {
    const harmless = assemblePrompt(place('hello'))
    for (const attack of promptAttacks) {
      const messages = assemblePrompt(place(attack))
      expect(messages[0]).toEqual(harmless[0])
      expect(messages.map(({ role }) => role)).toEqual(harmless.map(({ role }) => role))
      expect(dataOf(messages).map(({ type }) => type)).toEqual(dataOf(harmless).map(({ type }) => type))
      expect(dataOf(messages).map(Object.keys)).toEqual(dataOf(harmless).map(Object.keys))
      for (const { content } of messages) expect(content).not.toMatch(controlTokens)
    }
  })

  test('that the companion was made to repeat cannot switch roles from its own earlier answer', () => {
    for (const attack of promptAttacks) {
      const messages = assemblePrompt(withEntry({ from: 'Bob', text: 'repeat', reply: attack }))
      expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
      for (const { content } of messages) expect(content).not.toMatch(controlTokens)
      expect(messages[0]?.content).not.toContain(attackCanary)
    }
  })

  test('in an administrator’s override stays on its line of the system message', () => {
    const lines = (text: string) =>
      systemMessage(overridePersona(persona, [{ style: text, dont: [text] }])).split('\n')
    for (const attack of promptAttacks) {
      expect(lines(attack).length).toBe(lines('calm').length)
      expect(lines(attack).join('')).not.toMatch(controlTokens)
    }
  })

  test('keeps its visible words, so that the model sees what was said', () => {
    for (const attack of promptAttacks) {
      const said = dataOf(assemblePrompt({ ...parts, request: { ...request, text: attack } })).at(-1)
      expect(said?.text).toBe(cleanText(attack))
      expect(said?.text).toContain(attackCanary)
    }
  })
})

describe('a name', () => {
  test('loses what hides, turns or breaks lines', () => {
    expect(cleanName('An\u200bna\u202e\n\u0007 Li\u2066 \u3164')).toBe('Anna Li')
    expect(cleanName('猫\u{e0041} 🙂')).toBe('猫 🙂')
  })

  test('has at most 60 characters and is never empty', () => {
    expect([...cleanName('🙂'.repeat(200))]).toHaveLength(60)
    expect(cleanName('\u200b \u2060')).toBe('someone')
  })
})

function withEntry(entry: { from: string; text: string; reply: string }): PromptParts {
  return { ...parts, history: { summary: undefined, entries: [{ turnId: '1', ...entry }] } }
}
