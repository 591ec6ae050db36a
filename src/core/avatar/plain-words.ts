/** For example `12.5 MB`. */
export const megabytes = (bytes: number): string => `${trim(bytes / 1_048_576)} MB`

const trim = (value: number): string => String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))

/** For example `70,000`. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** What strangers wrote, short and on one line. It stays data: whoever shows it must escape it. */
export function oneLine(text: string, maxLength = 200): string {
  const line = text
    .slice(0, maxLength * 4)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  const characters = [...line]
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line
}
