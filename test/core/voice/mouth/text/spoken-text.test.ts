import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createProseOnly } from '#core/voice/mouth/text/prose-only.ts'
import { toSpokenText } from '#core/voice/mouth/text/spoken-text.ts'

function proseOf(text: string, tokenLength = 1): string {
  const prose = createProseOnly()
  let result = ''
  for (let start = 0; start < text.length; start += tokenLength)
    result += prose.push(text.slice(start, start + tokenLength))
  return result + prose.flush()
}

describe('what a voice says of Markdown', () => {
  test.each([
    ['**Bold** and *soft* and __loud__ and ~~gone~~', 'Bold and soft and loud and gone'],
    ['use `npm ci` with snake_case', 'use npm ci with snake case'],
    ['2 * 3 is 6', '2 * 3 is 6'],
    ['see [the docs](https://example.com/a_b) now', 'see the docs now'],
    ['look: ![a cat](cat.png)', 'look:'],
    [
      'go to https://example.com/a_b?c=d. Or www.example.com!',
      'go to the link in the chat. Or the link in the chat!',
    ],
    ['nice 😀👩‍👩‍👧🇩🇪👍🏽 work :) <3', 'nice work'],
    ['[laughs] well [happy] then', 'well then'],
    ['hi <@123456> <:blob:42> there', 'hi there'],
    ['a <br> b', 'a b'],
    ['# Title', 'Title'],
    ['- [x] done', 'done'],
    ['3. third', '3: third'],
    ['> quoted', 'quoted'],
    ['---', ''],
    ['🎉', ''],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ])('%j is %j', (markdown, spoken) => {
    expect(toSpokenText(markdown)).toBe(spoken)
  })
})

describe('code and tables in a stream', () => {
  test('are left out, and said once to be in the chat', () => {
    const text = 'Look:\n```js\nlet a = 1\n```\nand\n~~~\nb\n~~~\ndone\n'
    for (const tokenLength of [1, 3, 100])
      expect(proseOf(text, tokenLength)).toBe('Look:\nThe code is in the chat.\nand\ndone\n')
  })

  test('end only at a run that is long enough', () => {
    expect(proseOf('````\n```\nstill code\n````\nprose')).toBe('The code is in the chat.\nprose')
  })

  test('of a table are its lines', () => {
    expect(proseOf('So:\n| a | b |\n|---|---|\n| 1 | 2 |\nThat is it.')).toBe(
      'So:\nThe table is in the chat.\nThat is it.',
    )
  })

  test('do not take inline code with them', () => {
    expect(proseOf('`one` is a word\n`two` as well')).toBe('`one` is a word\n`two` as well')
  })

  test('never hold back prose for good', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', ' ', '\n', '-', '>', '1', '.'), { maxLength: 40 }),
        (chars) => {
          expect(proseOf(chars.join(''))).toBe(chars.join(''))
        },
      ),
    )
  })
})
