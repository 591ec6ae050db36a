/**
 * About how many tokens a model makes of this text: four characters of ASCII each, two of other alphabets, one of
 * Chinese, Japanese and Korean. Within about a third for common tokenizers, which is enough to share out a budget.
 */
export function estimateTokens(text: string): number {
  let quarters = 0
  for (let index = 0; index < text.length; index++) quarters += quartersOf(text.charCodeAt(index))
  return Math.ceil(quarters / 4)
}

function quartersOf(unit: number): number {
  if (unit < 0x80) return 1
  // From the CJK radicals on; the halves of surrogate pairs (emoji) are among them.
  return unit < 0x2e80 ? 2 : 4
}

/** The newest items whose costs fit into the budget together, in their order. */
export function newestWithin<Item>(
  items: readonly Item[],
  budget: number,
  costOf: (item: Item) => number,
): readonly Item[] {
  let left = budget
  let first = items.length
  for (const [index, item] of [...items.entries()].reverse()) {
    left -= costOf(item)
    if (left < 0) break
    first = index
  }
  return items.slice(first)
}
