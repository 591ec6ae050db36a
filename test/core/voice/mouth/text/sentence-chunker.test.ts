import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSentenceChunker } from '#core/voice/mouth/text/sentence-chunker.ts'

function chunksOf(text: string, tokenLength = 1): string[] {
  const chunker = createSentenceChunker()
  const chunks: string[] = []
  for (let start = 0; start < text.length; start += tokenLength)
    chunks.push(...chunker.push(text.slice(start, start + tokenLength)))
  return [...chunks, ...chunker.flush()].map((chunk) => chunk.trim()).filter((chunk) => chunk !== '')
}

const opening = 'Here is the first one. '

describe('sentences of a streamed answer', () => {
  test.each([
    ['Dr. Smith and Mrs. Jones met J. R. R. Tolkien in the U.S. Navy.'],
    ['We like e.g. apples, i.e. fruit, vs. vegetables etc. and more.'],
    ['It costs 3.14 dollars, or 1.000,50 euros, at 10.30 a.m. on site.'],
    ['See https://example.com/a.b?c=d.e for example.com and more.'],
    ['He said "Really? No!" and then he left the building.'],
    ['Das gilt z.B. für Dr. Müller bzw. seine Frau, d.h. für alle.'],
  ])('are not cut within: %s', (sentence) => {
    for (const tokenLength of [1, 4, 1_000])
      expect(chunksOf(`${opening}${sentence} The next sentence follows here.`, tokenLength).at(1)).toBe(
        sentence,
      )
  })

  test('end at a mark and a space, without waiting for the next word', () => {
    const chunker = createSentenceChunker()
    expect(chunker.push('Hello there!')).toEqual([])
    expect(chunker.push(' ')).toEqual(['Hello there! '])
  })

  test('end at the marks of Chinese and Japanese without a space', () => {
    expect(chunksOf('こんにちは、お元気ですか？今日はいい天気ですね。散歩に行きましょう。')).toEqual([
      'こんにちは、お元気ですか？',
      '今日はいい天気ですね。',
      '散歩に行きましょう。',
    ])
  })

  test('begin with a clause when that is long enough to be said', () => {
    expect(chunksOf('Well, I think that is a good idea, because it saves us time, and money.')).toEqual([
      'Well, I think that is a good idea,',
      'because it saves us time, and money.',
    ])
  })

  test('are joined when they are short, but never the first', () => {
    expect(chunksOf('Oh! I see. Yes. That is what I thought of. Good.')).toEqual([
      'Oh!',
      'I see. Yes. That is what I thought of.',
      'Good.',
    ])
  })

  test('end at the end of a line, whatever stands there', () => {
    expect(chunksOf('You need:\n- eggs\n- milk\n')).toEqual(['You need:', '- eggs', '- milk'])
  })

  test('keep the number of a list with its item', () => {
    expect(chunksOf(`${opening}\n1. Take the eggs out.\n2. Cook them.\n`).slice(1)).toEqual([
      '1. Take the eggs out.',
      '2. Cook them.',
    ])
  })

  test('are cut at a word when they never end', () => {
    const chunks = chunksOf('word '.repeat(200))
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(240)
    expect(chunks.join(' ')).toBe('word '.repeat(200).trim())
  })

  test('that look finished are given when nothing follows for a moment; others are not', () => {
    const paused = (text: string) => {
      const chunker = createSentenceChunker()
      chunker.push(text)
      return chunker.pause()
    }
    expect(paused('Hi there!')).toEqual(['Hi there!'])
    for (const text of ['It costs 3.', 'I am Dr.', 'See https://example.', 'Hi there', ''])
      expect(paused(text)).toEqual([])
  })

  test('lose nothing, wherever tokens end', () => {
    const words = fc.constantFrom(
      'Dr. ',
      'Hi! ',
      'a, b ',
      '3.14 ',
      '。',
      '\n',
      'word ',
      '... ',
      '"No?" ',
      'https://a.b ',
    )
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (parts, tokenLength) => {
          const text = parts.join('')
          const chunker = createSentenceChunker()
          const chunks: string[] = []
          for (let start = 0; start < text.length; start += tokenLength)
            chunks.push(...chunker.push(text.slice(start, start + tokenLength)))
          chunks.push(...chunker.flush())
          expect(chunks.join('')).toBe(text)
          expect(Math.max(0, ...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(250)
        },
      ),
    )
  })
})
