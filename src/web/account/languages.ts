/** What one can ask to be answered in; any other tag that was set elsewhere is kept and shown, too. */
const tags = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'da',
  'fi',
  'nb',
  'cs',
  'hu',
  'ro',
  'el',
  'tr',
  'uk',
  'ru',
  'ar',
  'he',
  'hi',
  'id',
  'vi',
  'th',
  'ko',
  'ja',
  'zh',
] as const

/** Tag and name, each language in itself. */
export function languageChoices(chosen: string | undefined): readonly (readonly [string, string])[] {
  const all = chosen === undefined || tags.some((tag) => tag === chosen) ? tags : [chosen, ...tags]
  return all.map((tag) => [tag, nameOf(tag)] as const)
}

function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
