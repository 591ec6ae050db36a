/** What a mouth shows: one of the five vowels of an avatar, or lips that are closed. */
export const mouths = ['aa', 'ih', 'ou', 'ee', 'oh', 'closed'] as const
export type Mouth = (typeof mouths)[number]

type Glide = readonly [start: Mouth | undefined, end: Mouth | undefined]

const both = (mouth: Mouth): Glide => [mouth, mouth]

/**
 * Sounds whose mouth everybody would agree on, in the alphabets of CMU (flite) and IPA (espeak). A diphthong has two
 * halves. Schwas and consonants other than those of closed lips show nothing in particular and are not scored.
 */
const glides: Record<string, Glide> = {
  // CMU, http://www.speech.cs.cmu.edu/cgi-bin/cmudict
  aa: both('aa'),
  ae: both('aa'),
  ah: both('aa'),
  ao: both('oh'),
  eh: both('ee'),
  ih: both('ih'),
  iy: both('ih'),
  uh: both('ou'),
  uw: both('ou'),
  aw: ['aa', 'ou'],
  ay: ['aa', 'ih'],
  ey: ['ee', 'ih'],
  ow: ['oh', 'ou'],
  oy: ['oh', 'ih'],
  pau: both('closed'),
  m: both('closed'),
  b: both('closed'),
  p: both('closed'),
  // IPA without marks of stress and length.
  '': both('closed'),
  a: both('aa'),
  ɑ: both('aa'),
  æ: both('aa'),
  ʌ: both('aa'),
  e: both('ee'),
  ɛ: both('ee'),
  i: both('ih'),
  ɪ: both('ih'),
  u: both('ou'),
  ʊ: both('ou'),
  y: both('ou'),
  ʏ: both('ou'),
  o: both('oh'),
  ɔ: both('oh'),
  ɒ: both('oh'),
  œ: both('oh'),
  ø: both('oh'),
  aɪ: ['aa', 'ih'],
  aʊ: ['aa', 'ou'],
  eɪ: ['ee', 'ih'],
  oʊ: ['oh', 'ou'],
  əʊ: [undefined, 'ou'],
  ɔɪ: ['oh', 'ih'],
  ɔø: ['oh', 'ih'],
  // A vowel that turns into an r says nothing more in its second half.
  ɑɹ: ['aa', undefined],
  ɔɹ: ['oh', undefined],
  oɹ: ['oh', undefined],
  ɛɹ: ['ee', undefined],
  ɪɹ: ['ih', undefined],
  ʊɹ: ['ou', undefined],
}

export interface Phone {
  readonly symbol: string
  readonly fromMs: number
  readonly untilMs: number
}

/** The mouth at a moment; undefined where it is not scored: consonants, schwas, before and after the sentence. */
export function mouthAt(phones: readonly Phone[], atMs: number): Mouth | undefined {
  const index = phones.findIndex(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
  const phone = phones[index]
  if (!phone) return undefined
  const isEdge = isPause(phone) && phones.slice(0, index).every(isPause)
  if (isEdge || (isPause(phone) && phones.slice(index).every(isPause))) return undefined
  const [start, end] = glides[bare(phone.symbol)] ?? []
  return atMs < (phone.fromMs + phone.untilMs) / 2 ? start : end
}

const bare = (symbol: string) => symbol.replace(/ˈ|ˌ|ː|ʲ|\p{M}/gu, '')
const isPause = ({ symbol }: Phone) => symbol === 'pau' || bare(symbol) === ''
