import { z } from 'zod'

const maxChars = 512
/** Printable ASCII without `\`, which browsers read as `/`. */
const plainPath = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
const nowhere = 'http://nowhere.invalid'

/**
 * Where to go after signing in: a path of our own, else `/`. It is checked once more in the form that browsers make of it,
 * because `/.//evil.example` becomes `//evil.example`.
 */
export function returnPath(given: string | undefined): string {
  if (given === undefined || given.length > maxChars || !plainPath.test(given)) return '/'
  if (!URL.canParse(given, nowhere)) return '/'
  const { origin, pathname, search } = new URL(given, nowhere)
  const path = `${pathname}${search}`
  const isOurs = origin === nowhere && plainPath.test(path) && !path.startsWith('/sign-in')
  return isOurs ? path : '/'
}

export const ReturnPath = z.string().optional().catch(undefined).transform(returnPath)
