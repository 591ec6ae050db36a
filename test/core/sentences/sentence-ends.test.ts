import { expect, test } from 'vitest'
import { splitSentences } from '#core/sentences/sentence-ends.ts'

test.each([
  ['Hello Dr. Smith. How are you?', ['Hello Dr. Smith.', 'How are you?']],
  [
    'It is 3.14, e.g. for J. R. Smith etc. in the U.S. Navy! Yes.',
    ['It is 3.14, e.g. for J. R. Smith etc. in the U.S. Navy!', 'Yes.'],
  ],
  ['Wait... "Really?" she asked. No.', ['Wait...', '"Really?" she asked.', 'No.']],
  ['one\ntwo', ['one', 'two']],
  ['元気？はい。', ['元気？', 'はい。']],
  ['no end', ['no end']],
  ['  ', []],
])('%j has the sentences %j', (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences)
})
