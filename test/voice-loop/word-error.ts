/** Words as people say them: without case, marks, or the difference between “it is” and “it's”. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[’']s\b/g, ' is')
    .replace(/[’']/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '')
}

/** Words to change, add and leave out to make one list of the other (Levenshtein). */
export function wordErrors(wanted: readonly string[], heard: readonly string[]): number {
  let row = heard.map((_, index) => index + 1)
  for (const [line, word] of wanted.entries()) {
    let diagonal = line
    let left = line + 1
    row = row.map((above, index) => {
      const same = heard[index] === word ? diagonal : diagonal + 1
      diagonal = above
      left = Math.min(same, above + 1, left + 1)
      return left
    })
  }
  return row.at(-1) ?? wanted.length
}
