import { spokenWords } from './spoken-words.ts'

/**
 * What listeners say to show that they listen, and that asks for nothing: the speaker goes on. Also how recognisers
 * spell a hum or a cough.
 */
const backchannels: Readonly<Record<string, readonly string[]>> = {
  en: phrases(`mm, mhm, mmm, mm-hm, mm-hmm, hm, hmm, uh, huh, uh-huh, um, oh, ah, aha, yeah, yep, yes, yup, okay, ok,
    right, sure, wow, really, cool, nice, great, true, exactly, I see, got it, go on, of course, no way, oh my,
    ahem, cough, coughs`),
  de: phrases(`mhm, hm, hmm, aha, ah, oh, ach, ja, jo, jap, genau, klar, okay, ok, stimmt, echt, gut, schön, super,
    verstehe, eben, ach so, na klar, alles klar, räusper`),
  ja: phrases(`うん, ううん, ええ, はい, へえ, へー, ほう, そう, そっか, なるほど, あー, ああ, ふーん, ふむ, まあ,
    確かに, そうですね, そうなんだ, そうですか, そうだね`),
  fr: phrases(`mm, mhm, hm, hum, ah, oh, oui, ouais, ok, okay, voilà, exact, bien, super, vraiment, d’accord, ah bon,
    je vois, bien sûr, c’est ça`),
  es: phrases(`mm, mhm, ajá, aja, ah, oh, sí, ya, claro, vale, ok, okay, bueno, bien, exacto, entiendo, ya veo,
    por supuesto, de verdad`),
}

/** Backchannels that are answers, too, once something was asked. */
const answers =
  phrases(`yes, yeah, yep, yup, sure, okay, ok, right, exactly, of course, ja, jo, jap, genau, klar, gut,
  na klar, はい, うん, ええ, そう, そうですね, oui, ouais, d’accord, bien sûr, sí, claro, vale, exacto, por supuesto`)

const maxWords = 5

/** Whether these words only show that somebody listens. `languages` are tags such as `de` or `pt-BR`. */
export function isBackchannel(text: string, languages: readonly string[]): boolean {
  const said = spokenWords(text)
  if (said.length > maxWords) return false
  const spoken = new Set(['en', ...languages.map((tag) => tag.split('-')[0] ?? tag)])
  return [...spoken].some((code) => leftOf(said, backchannels[code] ?? []) === '')
}

/** Whether these words would answer a question. */
export function isShortAnswer(text: string): boolean {
  const said = spokenWords(text)
  return leftOf(said, answers) !== said.join(' ')
}

function leftOf(said: readonly string[], listed: readonly string[]): string {
  const left = listed.reduce((rest, phrase) => rest.replaceAll(` ${phrase} `, '  '), ` ${said.join('  ')} `)
  return left.trim().replaceAll(/ +/g, ' ')
}

/** Longer phrases first: `ach so` before `ach`. */
function phrases(list: string): string[] {
  const all = list.split(',').map((phrase) => spokenWords(phrase).join('  '))
  return all.sort((one, other) => other.length - one.length)
}
