import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shapeOf } from '#core/voice/endpointing/transcript-shape.ts'

describe('a whole sentence or a question is finished', () => {
  test.each([
    'What time is it?',
    'I had a really long day.',
    'Turn it on.',
    'What are you looking at?',
    'Yes.',
    'Yes, I can.',
    'Stop!',
    '"That is all."',
    'where is the nearest station',
    'Wie spät ist es jetzt?',
    'Ich habe heute keine Lust.',
    'Où est la gare ?',
    '¿Dónde está la estación?',
    'Dov’è la stazione?',
    '今何時ですか？',
    'ありがとうございます',
    '明日は雨が降ります。',
    '教えてください',
  ])('%s', (text) => {
    expect(shapeOf(text)).toBe('finished')
  })
})

describe('what stops in the middle is unfinished, whatever mark a recogniser put', () => {
  test.each([
    'I want to go to the',
    'I want to go to the.',
    'We need milk and',
    'If it rains tomorrow,',
    'The problem is that…',
    'Well, um',
    'So, uh.',
    'i was wondering if you could',
    'Ich möchte morgen nach',
    'Ich glaube, dass',
    'Wir brauchen Milch und.',
    'Also ähm',
    'Je voudrais aller à la',
    'Quiero ir a la',
    'Vorrei andare alla',
    'Eu quero ir para o',
    'Ik wil graag naar de',
    '昨日友達と',
    '雨が降っているから',
    'えっと',
    'あのー',
  ])('%s', (text) => {
    expect(shapeOf(text)).toBe('unfinished')
  })
})

test('a full stop after a word that hardly ends a sentence is doubtful', () => {
  expect(shapeOf('Could you remind me to.')).toBe('doubtful')
  expect(shapeOf('My doctor told me that I should.')).toBe('doubtful')
})

test('without a mark from a recogniser that writes them, it goes on; from one that does not, who knows', () => {
  expect(shapeOf('The best part of the movie')).toBe('unmarked')
  expect(shapeOf('the best part of the movie')).toBe('open')
  expect(shapeOf('THE BEST PART OF THE MOVIE')).toBe('open')
})

test.each(['', '   ', '…?', '123', '😀', '?!', 'a', 'の'])('of "%s" something is said', (text) => {
  expect(['finished', 'unfinished', 'unmarked', 'open']).toContain(shapeOf(text))
})

test('a single word may be an answer', () => {
  expect(shapeOf('that')).toBe('open')
  expect(shapeOf('When?')).toBe('finished')
})

test('any text has a shape, soon', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
      expect(shapeOf(text)).toMatch(/^(finished|doubtful|unfinished|unmarked|open)$/)
    }),
  )
  expect(shapeOf(`${'yes '.repeat(50_000)}.`)).toBe('finished')
})
