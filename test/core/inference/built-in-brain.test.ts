import { describe, expect, test } from 'vitest'
import { calculate, findSum } from '#core/inference/builtin/arithmetic.ts'
import { createBuiltInBrain } from '#core/inference/builtin/brain.ts'
import type { ChatMessage } from '#core/inference/ports.ts'

const now = () => new Date(2026, 10, 23, 14, 5)
const system = 'You are Lumi, a small lantern spirit.\n\nCharacter: warm.'
const message = (text: string, from = 'Ann') => JSON.stringify({ type: 'message', from, text })

async function answer(
  messages: readonly ChatMessage[],
  signal = new AbortController().signal,
): Promise<string> {
  let text = ''
  for await (const chunk of createBuiltInBrain({ wordMs: 0, now }).complete(
    { messages, sessionId: 's' },
    { signal },
  ))
    if (chunk.type === 'text') text += chunk.text
  return text
}

const say = (text: string) =>
  answer([
    { role: 'system', content: system },
    { role: 'user', content: `{"type":"now","time":"Monday"}\n${message(text)}` },
  ])

test('greets a newcomer by name, says that it is the built-in demo, and how to get further', async () => {
  const greeting = await say('hi')
  expect(greeting).toMatch(/^\[happy\] Hello Ann/)
  expect(greeting).toContain('Lumi')
  expect(greeting).toContain('built-in demo')
  expect(greeting).toMatch(/how do I connect a model\?/i)
})

test('tells in a few lines how to connect a model', async () => {
  const help = await say('How do I connect a model?')
  expect(help).toContain('LLM_URL=http://localhost:11434\nLLM_MODEL=llama3.2')
  expect(help).toContain('.env')
  expect(help).toContain('start me again')
  expect(help).toContain('RAY_SERVE_URL')
})

test.each([
  ['What can you do?', /joke/],
  ['who are you?', /Lumi/],
  ["what's my name?", /Ann/],
  ['what time is it?', /14:05/],
  ["what's the date?", /Monday, November 23, 2026/],
  ['what is 12 * (3 + 4)?', /84/],
  ['2,000 divided by 8', /250/],
  ['what is 1/0', /no answer/],
  ['tell me a joke', /\[happy\]/],
  ['Tell me a story', /lantern/],
  ['say I love moths', /“I love moths”/],
  ['are you a real person?', /script/],
  ['thanks!', /welcome|Any time/],
  ['I want to die', /emergency number/],
  ['why is the sky blue?', /“why is the sky blue\?”/],
  ['my cat is grey', /“my cat is grey”/],
])('to "%s" it answers %s', async (said, expected) => {
  expect(await say(said)).toMatch(expected)
})

test('what it does not know it repeats and says so, and never pretends to understand', async () => {
  for (const said of ['Explain quantum entanglement to me', 'Is Berlin bigger than Paris?'])
    expect(await say(said)).toMatch(/script|demo/)
})

test('the same talk gets the same answer, other words get other answers', async () => {
  expect(await say('joke 1')).toBe(await say('joke 1'))
  const jokes = await Promise.all(Array.from({ length: 20 }, (_, index) => say(`joke ${index}`)))
  expect(new Set(jokes).size).toBe(4)
})

test('a quote carries no markup, faces, links or mentions along', async () => {
  const quote = await say('[angry] **look** at https://evil.example/x @everyone `now` <b>')
  expect(quote).not.toMatch(/\[angry\]|\*\*|https?:|@|`|<b>/)
  expect(quote).toContain('a link')
})

test('only known faces are made', async () => {
  for (const said of ['hi', 'joke', 'sad', 'bye', 'thanks', '1/0', 'connect', 'hm?', 'hm', 'how are you'])
    for (const [, face] of (await say(said)).matchAll(/\[(\w+)\]/g))
      expect(['happy', 'angry', 'sad', 'relaxed', 'surprised']).toContain(face)
})

test('plain messages without a system message are a talk, too', async () => {
  expect(await answer([{ role: 'user', content: 'hello' }])).toContain('Lumi')
})

test('other work than a talk gets no answer rather than a wrong one', async () => {
  expect(
    await answer([
      { role: 'system', content: 'You keep notes.' },
      { role: 'user', content: message('hi') },
    ]),
  ).toBe('')
})

test('streams word by word and stops in the middle when told to', async () => {
  const stop = new AbortController()
  const words: string[] = []
  const read = async () => {
    const request = { messages: [{ role: 'user' as const, content: 'story' }], sessionId: 's' }
    for await (const chunk of createBuiltInBrain().complete(request, { signal: stop.signal })) {
      if (chunk.type === 'text') words.push(chunk.text)
      if (words.length === 3) stop.abort(new Error('stopped'))
    }
  }
  await expect(read()).rejects.toThrow('stopped')
  expect(words).toHaveLength(3)
})

describe('sums', () => {
  test.each([
    ['what is 2 plus 2?', 4],
    ['(1 + 2) * 3 - 4 / 8', 8.5],
    ['0.1 + 0.2', 0.3],
    ['-3 * -(2 + 1)', 9],
    ['7 x 6', 42],
    ['how much is 10 minus 2 minus 3', 5],
  ])('%s is %d', (text, value) => {
    expect(calculate(findSum(text) ?? '')).toBe(value)
  })

  test.each(['call 555-1234 now', '2026', 'hello', 'I have 2 cats and 3 dogs', '', '()'])(
    '"%s" is no sum',
    (text) => {
      expect(findSum(text)).toBeUndefined()
    },
  )

  test.each(['2 +', '(1', '1 2', ')('])('"%s" has no value', (sum) => {
    expect(calculate(sum)).toBeUndefined()
  })
})
