import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxMessageChars, splitMessage } from '#bot/discord/answers/split.ts'

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')

describe('splitMessage', () => {
  it('leaves an answer that fits as it is', () => {
    expect(splitMessage('Hello.\n\n- one\n- two')).toEqual(['Hello.\n\n- one\n- two'])
  })

  it('makes nothing of nothing', () => {
    expect(splitMessage(' \n ')).toEqual([])
  })

  it('cuts between paragraphs before lines, and between lines before words', () => {
    const [first, second] = splitMessage(`${'a '.repeat(600)}\n${'b '.repeat(100)}\n\n${'c '.repeat(500)}`)
    expect(first?.endsWith('b')).toBe(true)
    expect(second?.startsWith('c')).toBe(true)
  })

  it('does not break a word where there is white space', () => {
    for (const part of splitMessage(words(2_000))) expect(part).toMatch(/^(word\d+ )*word\d+$/)
  })

  it('cuts Japanese behind a sentence', () => {
    const [first] = splitMessage('今日はとても良い天気ですね。'.repeat(300))
    expect(first?.endsWith('。')).toBe(true)
  })

  it('closes a code block at a cut and opens it again with its language', () => {
    const code = Array.from({ length: 200 }, (_, line) => `  const value${line} = ${line}`).join('\n')
    const parts = splitMessage(`Here:\n\`\`\`ts\n${code}\n\`\`\`\nDone.`)
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) expect(part.match(/```/g)?.length).toBe(2)
    for (const part of parts.slice(1)) expect(part).toMatch(/^```ts\n {2}const/)
    expect(parts.at(-1)).toMatch(/```\nDone\.$/)
  })

  it('never shows an empty code block where a cut meets a fence', () => {
    for (let lead = 1_960; lead < 2_010; lead++) {
      const parts = splitMessage(`${'x'.repeat(lead)}\n\`\`\`js\nlet a\n\`\`\`\nafter`)
      for (const part of parts) expect(part).not.toMatch(/```(js)?\s*```/)
      expect(parts.join('\n')).toContain('let a')
    }
  })

  it('closes a code block that is still being written', () => {
    expect(splitMessage('```js\nlet a')).toEqual(['```js\nlet a\n```'])
  })

  it('keeps emoji made of many characters whole', () => {
    const family = '👩‍👩‍👧‍👦'
    const parts = splitMessage(family.repeat(500))
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) expect(part).toMatch(new RegExp(`^(${family})+$`, 'u'))
  })
})

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.lorem({ maxCount: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom('\n', '\n\n', ' ', '    ', '\n- ', '\n> ') },
  { weight: 2, arbitrary: fc.constantFrom('```', '```js\n', '\n```\n', '````', '`', '~~~') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.nat(2_500).map((length) => 'x'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom('👩‍👩‍👧‍👦'.repeat(40), 'こんにちは。'.repeat(60), '🏳️‍🌈') },
)
const anyText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('').toWellFormed())

/** What stays of a text when white space, backticks and the languages of code blocks (which a cut repeats) do not count. */
function essence(text: string): string {
  const [first = '', ...blocks] = text.split(/`{3,}/)
  const isCode = (index: number) => index % 2 === 0
  const contents = blocks.map((block, index) =>
    isCode(index) ? block.replace(/^[\w+\-.#]{0,20}(\n|$)/, '') : block,
  )
  return [first, ...contents].join('').replace(/[\s`]/g, '')
}

describe('splitMessage, whatever the text', () => {
  it('keeps every part within the limit, without lone surrogates, with balanced code blocks', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const part of splitMessage(text)) {
          expect(part.length).toBeLessThanOrEqual(maxMessageChars)
          expect(part).not.toBe('')
          expect(part.isWellFormed()).toBe(true)
          expect((part.match(/`{3,}/g)?.length ?? 0) % 2).toBe(0)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('loses and repeats nothing but white space and fences', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitMessage(text).map(essence).join('')).toBe(essence(text))
      }),
      { numRuns: 3_000 },
    )
  })

  it('leaves earlier parts alone while the text grows', () => {
    fc.assert(
      fc.property(anyText, fc.nat(10_000), (text, length) => {
        const early = splitMessage(text.slice(0, length).toWellFormed())
        const late = splitMessage(text)
        const settled = early.slice(0, -1)
        expect(late.slice(0, settled.length)).toEqual(settled)
      }),
      { numRuns: 3_000 },
    )
  })
})
