import { describe, expect, test } from 'vitest'
import { namesOneOf } from '#core/voice/session/addressing.ts'
import { isBackchannel } from '#core/voice/session/backchannels.ts'
import { isEcho } from '#core/voice/session/echo.ts'
import { isSameSpeech, withoutBeginning } from '#core/voice/session/spoken-words.ts'

const languages = ['en', 'de', 'ja', 'fr', 'es']

describe('a backchannel', () => {
  test.each([
    'Mm-hmm.',
    'Uh-huh!',
    'Yeah, okay.',
    'I see.',
    'Oh, really?',
    'Ach so, genau.',
    'Mhm, alles klar.',
    'うん、なるほど。',
    'そうですね',
    'D’accord, je vois.',
    "C'est ça.",
    'Sí, claro.',
    '',
  ])('is "%s"', (text) => {
    expect(isBackchannel(text, languages)).toBe(true)
  })

  test.each([
    'Stop.',
    'Wait a second.',
    'Yeah, but what about Berlin?',
    'Nein.',
    'ちょっと待って',
    'Espera.',
    'I see a dog.',
  ])('is not "%s"', (text) => {
    expect(isBackchannel(text, languages)).toBe(false)
  })

  test('is one only in the languages that are spoken', () => {
    expect(isBackchannel('Ach so', ['en'])).toBe(false)
    expect(isBackchannel('Ach so', ['de-AT'])).toBe(true)
  })
})

describe('a name', () => {
  test.each([
    'Lumi, hello',
    'hey loomy',
    'Hi Lumie!',
    'Lou mi, stop',
    'Ok LUMI',
    'ねえルミ、元気？',
    'Lummi?',
  ])('is heard in "%s"', (text) => {
    expect(namesOneOf(text, ['Lumi', 'ルミ'])).toBe(true)
  })

  test.each(['the lamp is on', 'lemon', 'I saw a movie', 'Luna is here', 'illuminate it', ''])(
    'is not heard in "%s"',
    (text) => {
      expect(namesOneOf(text, ['Lumi', 'ルミ'])).toBe(false)
    },
  )
})

describe('an echo', () => {
  const said = 'It is sunny outside today, and it will stay so for the whole week. Take your hat with you.'

  test.each(['sunny outside', 'it will stay so for the whole weak', 'Take you a hat with you.'])(
    'is "%s"',
    (heard) => {
      expect(isEcho(heard, said)).toBe(true)
    },
  )

  test.each(['what about the whole of next year', 'stop', 'it is not what I asked you for', ''])(
    'is not "%s"',
    (heard) => {
      expect(isEcho(heard, said)).toBe(false)
    },
  )
})

test('two transcripts are the same speech whatever their case, punctuation and blanks', () => {
  expect(isSameSpeech('what’s the weather', "What's the weather?")).toBe(true)
  expect(isSameSpeech('そうですね、明日', 'そうですね 明日。')).toBe(true)
  expect(isSameSpeech('what is the weather', 'what was the weather')).toBe(false)
})

test('takes the beginning off a transcript only where it is the beginning', () => {
  expect(withoutBeginning('Are you there? Tell me a story.', 'are you there')).toBe('Tell me a story.')
  expect(withoutBeginning('Are you there?', 'Are you there?')).toBe('')
  expect(withoutBeginning('Tell me a story.', 'Are you there?')).toBe('Tell me a story.')
})
