import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanOutgoing } from '#bot/discord/answers/clean.ts'

describe('cleanOutgoing', () => {
  it('leaves ordinary Markdown alone', () => {
    const text =
      '**Hi** _there_ ~~no~~\n- [x] done\n> quote\n`code` <#123> <:wave:456> <t:1700000000:R> 👨‍👩‍👧'
    expect(cleanOutgoing(text)).toBe(text)
  })

  it('takes the force out of everyone and here, also when hidden characters split them', () => {
    expect(cleanOutgoing('@everyone @HERE')).toBe('@\u200beveryone @\u200bHERE')
    expect(cleanOutgoing('@every\u200bone @\u2060here')).toBe('@\u200beveryone @\u200bhere')
  })

  it('writes mentions of people, roles and commands as words', () => {
    expect(cleanOutgoing('<@1> <@!2> <@&3> </ban user:4>')).toBe('@someone @someone @some-role /ban user')
  })

  it('removes controls and direction marks, keeps lines, tabs and Persian joiners', () => {
    expect(cleanOutgoing('a\u202eb\u2066c\u0000d\u001b[31m\r\ne\tf می\u200cخواهم')).toBe(
      'abcd[31m\ne\tf می\u200cخواهم',
    )
  })

  it('cuts towers of combining marks', () => {
    expect(cleanOutgoing(`a${'\u0301'.repeat(50)}`)).toBe(`a${'\u0301'.repeat(6)}`)
  })

  it('puts links in angle brackets, without the punctuation around them', () => {
    expect(cleanOutgoing('See https://a.example/x, (https://b.example/y).')).toBe(
      'See <https://a.example/x>, (<https://b.example/y>).',
    )
    expect(cleanOutgoing('https://c.example/Lantern_(lamp)')).toBe('<https://c.example/Lantern_(lamp)>')
    expect(cleanOutgoing('<https://d.example>')).toBe('<https://d.example>')
  })

  it('shows where a masked link or an image leads', () => {
    expect(cleanOutgoing('[the docs](https://a.example/x "title")')).toBe('the docs (<https://a.example/x>)')
    expect(cleanOutgoing('![cat](<https://a.example/c.png>)')).toBe('cat (<https://a.example/c.png>)')
    expect(cleanOutgoing('[https://good.example](https://evil.example)')).toBe(
      '<https://good.example> (<https://evil.example>)',
    )
  })

  it('leaves out links that are too long to be read', () => {
    expect(cleanOutgoing(`https://evil.example/?q=${'s'.repeat(600)} end`)).toBe(
      '(a very long link was left out) end',
    )
  })

  it('leaves code as it is', () => {
    const text = '`@here https://a.example` then\n```sh\ncurl https://b.example # @everyone\n```'
    expect(cleanOutgoing(text)).toBe(text)
  })

  it('does not take escaped or uneven backticks for code', () => {
    expect(cleanOutgoing('\\`https://a.example\\`')).toContain('<https://a.example')
    expect(cleanOutgoing('`https://a.example``')).toContain('<https://a.example')
  })
})

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      '@everyone',
      '@here',
      '<@',
      '1',
      '>',
      '<@&',
      '[',
      '](',
      ')',
      'https://evil.example/',
      '`',
      '```',
      '\\',
    ),
    fc.constantFrom(
      '\u200b',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u0000',
      '\u{e0041}',
      '\u200d',
      '\n',
      ' ',
      '<',
      '/ban:',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  ),
  { maxLength: 60 },
)

describe('cleanOutgoing, whatever the model wrote', () => {
  it('leaves nothing that pings, hides or is fetched outside code', () => {
    fc.assert(
      fc.property(hostile, (pieces) => {
        const cleaned = cleanOutgoing(pieces.join(''))
        expect(cleaned.isWellFormed()).toBe(true)
        expect(cleaned).not.toMatch(/[\u202a-\u202e\u2066-\u2069\ufeff]|(?![\n\t])\p{Cc}/u)
        const prose = cleaned.replace(/(?<![\\`])`{3,}[\s\S]*?(`{3,}|$)|(?<![\\`])`[^`\n]+`(?!`)/g, ' ')
        expect(prose).not.toMatch(/@(everyone|here)|<@[!&]?\d+>|\]\(<?https?:/i)
        expect(prose.replace(/<https?:[^\s<>]*>/g, '')).not.toMatch(/https?:\/\/\S/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('changes nothing more when it is applied again', () => {
    fc.assert(
      fc.property(hostile, (pieces) => {
        const once = cleanOutgoing(pieces.join(''))
        expect(cleanOutgoing(once).replaceAll('\u200b', '')).toBe(once.replaceAll('\u200b', ''))
      }),
      { numRuns: 1_000 },
    )
  })
})
