/** A sentence never ends behind these: something always follows. */
const goOn = new Set(
  (
    'mr mrs ms mx dr prof st gen col sgt capt lt rev hon pres gov sen rep vs fig vol approx dept est ' +
    'e.g i.e cf al resp z.b d.h u.a bzw ca ggf evtl nr inkl zzgl vgl sog hr fr mme mlle sra srta dra'
  ).split(' '),
)
/** A sentence may end behind these; the next letter tells. */
const mayEnd = new Set(
  'etc inc ltd co corp jr sr jan feb sept oct nov dec usw str tel min max ave blvd'.split(' '),
)

const lastWord = /(?:^|[\s("'\u201c\u201e\u2018[*_])((?:\p{L}\.)*\p{L}+)\.$/u
/** `U.S.` is mostly followed by more, `a.m.` by either. */
const capitals = /^(?:\p{Lu}\.)+\p{Lu}$/u
const severalDots = /\p{L}\.\p{L}$/u

/** What the full stop at the end of `text` says: that a sentence is over, that it is not, or that the next letter tells. */
export function fullStopMeans(text: string): 'end' | 'no-end' | 'depends' {
  const word = lastWord.exec(text)?.[1]
  if (word === undefined) return /^\s*\d{1,3}\.$/.test(text) ? 'no-end' : 'end'
  const key = word.toLowerCase()
  if (goOn.has(key) || isInitial(word) || capitals.test(word)) return 'no-end'
  return mayEnd.has(key) || severalDots.test(word) ? 'depends' : 'end'
}

/** `J.` of a name; a lone `I` is somebody who speaks of themselves. */
function isInitial(word: string): boolean {
  return word.length === 1 && word !== 'I' && word === word.toUpperCase() && word !== word.toLowerCase()
}
