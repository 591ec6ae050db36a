import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerPiece, createExpressionParser } from '#core/chat/expression-tags.ts'

/** Pieces with neighbouring texts joined: what a reader gets, whatever the tokens were. */
function parse(...chunks: string[]): (string | { face: string })[] {
  const parser = createExpressionParser()
  const read: (string | { face: string })[] = []
  for (const piece of [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.flush()]) {
    const last = read.at(-1)
    if (piece.type === 'expression') read.push({ face: piece.name })
    else if (typeof last === 'string') read[read.length - 1] = last + piece.text
    else read.push(piece.text)
  }
  return read
}

const face = (name: string) => ({ face: name })

describe('tags', () => {
  test('become expressions where they stand', () => {
    expect(parse('[happy]Hi! [sad] Oh.')).toEqual([face('happy'), 'Hi! ', face('sad'), ' Oh.'])
  })

  test('may be split over tokens and written in any case', () => {
    expect(parse('[', 'Ha', 'pP', 'y', ']Hi')).toEqual([face('happy'), 'Hi'])
  })

  test('stay text when they are unknown, unclosed, spaced or empty', () => {
    for (const text of ['[smile]', '[happy', '[ happy ]', '[]', '[happyy]', '[happy)'])
      expect(parse(text)).toEqual([text])
  })

  test('are found inside other brackets', () => {
    expect(parse('[[happy]]')).toEqual(['[', face('happy'), ']'])
    expect(parse('[hap[sad]py]')).toEqual(['[hap', face('sad'), 'py]'])
  })

  test('hold back no more text than a tag could be long', () => {
    const parser = createExpressionParser()
    expect(parser.push('so [surprised')).toEqual([{ type: 'text', text: 'so ' }])
    expect(parser.push('!')).toEqual([{ type: 'text', text: '[surprised!' }])
  })

  test('do not delay text that cannot become one', () => {
    const parser = createExpressionParser()
    expect(parser.push('a[x')).toEqual([{ type: 'text', text: 'a[x' }])
  })

  test('start anew after a flush', () => {
    const parser = createExpressionParser()
    parser.push('```\ncode [hap')
    expect(parser.flush()).toEqual([])
    expect(parser.push('[happy]')).toEqual([{ type: 'expression', name: 'happy' }])
  })
})

describe('code', () => {
  test('keeps tags in inline code', () => {
    expect(parse('write `[happy]` so [happy]')).toEqual(['write `[happy]` so ', face('happy')])
    expect(parse('``a ` [sad]`` [sad]')).toEqual(['``a ` [sad]`` ', face('sad')])
  })

  test('keeps tags in code blocks, fenced with backticks or tildes, quoted or in lists', () => {
    for (const [open, close] of [
      ['```ts', '```'],
      ['~~~~', '~~~~~'],
      ['> ```', '> ```'],
      ['1. ```', '   ```'],
    ]) {
      const block = `${open}\nx = a[0]\n[happy]\n${close}\n`
      expect(parse(`${block}[sad]`)).toEqual([block, face('sad')])
    }
  })

  test('ends a block only at a line of nothing but a long enough fence', () => {
    const block = '````\n[sad]\n```\n[sad]\n```` no\n[sad]\n'
    expect(parse(`${block}\`\`\`\`\n[happy]`)).toEqual([`${block}\`\`\`\`\n`, face('happy')])
  })

  test('of an unclosed block lasts to the end', () => {
    expect(parse('```\n[happy]\n\n[sad]')).toEqual(['```\n[happy]\n\n[sad]'])
  })

  test('takes a fence with backticks on its line for inline code', () => {
    expect(parse('```[sad]``` [happy]')).toEqual(['```[sad]``` ', face('happy')])
  })

  test('of a stray backtick ends with its line', () => {
    expect(parse('it`s [sad]\n[happy]')).toEqual(['it`s [sad]\n', face('happy')])
  })
})

const fragment = fc.constantFrom(
  ...[
    '[happy]',
    '[SAD]',
    '[surprised',
    '[sur',
    '[',
    ']',
    '[nope]',
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\r\n',
    ' ',
    '> ',
    '- ',
  ],
  ...['a', 'ß', '猫', '🙂', 'text', '](x)', '[[relaxed]]'],
)
const answer = fc.array(fragment, { maxLength: 40 }).map((fragments) => fragments.join(''))

test('gives the same events however the text is split', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 20 }), (text, lengths) => {
      expect(parse(...split(text, lengths))).toEqual(parse(text))
    }),
    { numRuns: 2_000 },
  )
})

test('loses and reorders nothing: events written out again are the text', () => {
  fc.assert(
    fc.property(answer, (text) => {
      const parser = createExpressionParser()
      const written = [...parser.push(text), ...parser.flush()].map(writeOut).join('')
      expect(written.toLowerCase()).toBe(text.toLowerCase())
    }),
    { numRuns: 2_000 },
  )
})

test('never holds back more than ten characters', () => {
  fc.assert(
    fc.property(answer, (text) => {
      const parser = createExpressionParser()
      let given = 0
      for (const [index, unit] of text.split('').entries()) {
        given += parser.push(unit).map(writeOut).join('').length
        expect(index + 1 - given).toBeLessThanOrEqual('[surprised'.length)
      }
    }),
  )
})

function writeOut(piece: AnswerPiece): string {
  return piece.type === 'text' ? piece.text : `[${piece.name}]`
}

function split(text: string, lengths: readonly number[]): string[] {
  const chunks: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const length = Math.max(lengths[turn % lengths.length] ?? 1, turn % 3 === 0 ? 1 : 0)
    chunks.push(text.slice(at, at + length))
    at += length
  }
  return chunks
}
