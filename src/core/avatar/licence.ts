import { AvatarRefusedError } from './errors.ts'
import { listed, oneLine } from './plain-words.ts'
import type { Vrm0, Vrm1 } from './vrm-schema.ts'

/** What its makers allow, as they wrote it into the file. */
export interface Licence {
  readonly name: string
  /** An address that the makers gave; only web addresses. */
  readonly url: string | undefined
  readonly sentences: readonly string[]
}

/** The one address that VRM 1.0 knows; viewers refuse others. */
const vrmLicence = 'https://vrm.dev/licenses/1.0/'

const users: Readonly<Record<string, string>> = {
  onlyAuthor: 'Only its author may use it.',
  onlySeparatelyLicensedPerson: 'Only people with a separate permission may use it.',
  everyone: 'Everyone may use it.',
}
const commerce: Readonly<Record<string, string>> = {
  personalNonProfit: 'No commercial use; monetised streams are not covered.',
  personalProfit: 'Individuals may earn money with it.',
  corporation: 'Individuals and companies may earn money with it.',
}
const changes: Readonly<Record<string, string>> = {
  prohibited: 'It must not be changed.',
  allowModification: 'It may be changed, and the result kept to yourself.',
  allowModificationRedistribution: 'It may be changed, and the result passed on.',
}

/** Where a file is silent, VRM takes the strictest. */
export function licenceOfVrm1({ meta }: Vrm1): Licence {
  if (meta.licenseUrl !== vrmLicence)
    throw new AvatarRefusedError(
      'licence',
      'This avatar names a licence that is not the one of VRM 1.0, and viewers refuse it. Export it again and keep the licence address.',
    )
  const isCreditNeeded = meta.creditNotation !== 'unnecessary'
  return {
    name: 'VRM Public License 1.0',
    url: webAddress(meta.otherLicenseUrl) ?? vrmLicence,
    sentences: [
      madeBy(meta.authors),
      choose(users, meta.avatarPermission, 'onlyAuthor'),
      choose(commerce, meta.commercialUsage, 'personalNonProfit'),
      isCreditNeeded ? 'Its makers must be named where it is shown.' : 'Its makers need not be named.',
      choose(changes, meta.modification, 'prohibited'),
      meta.allowRedistribution ? 'The file may be passed on.' : 'The file must not be passed on.',
      ...restrictions({
        'violent scenes': meta.allowExcessivelyViolentUsage,
        'sexual scenes': meta.allowExcessivelySexualUsage,
        'politics or religion': meta.allowPoliticalOrReligiousUsage,
        hatred: meta.allowAntisocialOrHateUsage,
      }),
    ],
  }
}

const usersOfVrm0: Readonly<Record<string, string>> = {
  OnlyAuthor: 'Only its author may use it.',
  ExplicitlyLicensedPerson: 'Only people with a separate permission may use it.',
  Everyone: 'Everyone may use it.',
}

export function licenceOfVrm0({ meta }: Vrm0): Licence {
  const isAllowed = (value: string | null | undefined): boolean => value === 'Allow'
  return {
    name: oneLine(meta.licenseName ?? 'not stated', 60).replaceAll('_', ' '),
    url: webAddress(meta.otherLicenseUrl),
    sentences: [
      madeBy([meta.author ?? '']),
      choose(usersOfVrm0, meta.allowedUserName, 'OnlyAuthor'),
      isAllowed(meta.commercialUssageName)
        ? 'It may be used commercially.'
        : 'No commercial use; monetised streams are not covered.',
      ...restrictions({
        'violent scenes': isAllowed(meta.violentUssageName),
        'sexual scenes': isAllowed(meta.sexualUssageName),
      }),
    ],
  }
}

function choose(
  sentences: Readonly<Record<string, string>>,
  value: string | null | undefined,
  strictest: string,
): string {
  const known = Object.hasOwn(sentences, value ?? '') ? sentences[value ?? ''] : sentences[strictest]
  return known ?? ''
}

function madeBy(authors: readonly string[]): string {
  const names = authors.map((author) => oneLine(author, 80)).filter((author) => author !== '')
  return names.length === 0 ? 'Its maker is not named.' : `Made by ${listed(names.slice(0, 5))}.`
}

function restrictions(allowed: Readonly<Record<string, boolean | null | undefined>>): string[] {
  const forbidden = Object.entries(allowed).flatMap(([what, isAllowed]) => (isAllowed ? [] : [what]))
  return forbidden.length === 0 ? [] : [`Not for ${listed(forbidden).replace(' and ', ' or ')}.`]
}

function webAddress(text: string | null | undefined): string | undefined {
  if (!text || text.length > 500 || !URL.canParse(text)) return undefined
  const { protocol, href } = new URL(text)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}
