const words: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\btimes\b|\bmultiplied by\b|×/gi, '*'],
  [/\bdivided by\b|\bover\b|÷/gi, '/'],
  [/(?<=\d)\s*x\s*(?=\d)/gi, '*'],
  [/(?<=\d),(?=\d{3}\b)/g, ''],
]

/** The sum in a text, in digits and `+ - * / ( )`, when the text is little else than a sum. */
export function findSum(text: string): string | undefined {
  const inSymbols = words.reduce(
    (current, [word, symbol]) => current.replace(word, symbol),
    text.slice(0, 200),
  )
  const asked = inSymbols
    .replace(/^\W*(what('s| is)|how much is|calculate|compute|solve)\s+/i, '')
    .replace(/[\s=?!.]+$/, '')
  return /^[-+*/().\d\s]+$/.test(asked) && /\d\s*[-+*/]\s*[-(\d]/.test(asked) ? asked : undefined
}

/** The value of a sum, rounded to 10 significant digits; undefined where there is none (1/0, `2 +`). */
export function calculate(sum: string): number | undefined {
  const tokens = sum.match(/\d+(\.\d+)?|[-+*/()]/g) ?? []
  if (tokens.join('') !== sum.replace(/\s+/g, '')) return undefined
  let next = 0

  // One function per rank of operators, lowest first.
  function total(): number {
    let value = product()
    while (tokens[next] === '+' || tokens[next] === '-')
      value += tokens[next++] === '+' ? product() : -product()
    return value
  }
  function product(): number {
    let value = factor()
    while (tokens[next] === '*' || tokens[next] === '/')
      value = tokens[next++] === '*' ? value * factor() : value / factor()
    return value
  }
  function factor(): number {
    const token = tokens[next++]
    if (token === '-') return -factor()
    if (token !== '(') return token === undefined ? Number.NaN : Number(token)
    const value = total()
    return tokens[next++] === ')' ? value : Number.NaN
  }

  const value = total()
  return next === tokens.length && Number.isFinite(value) ? Number(value.toPrecision(10)) : undefined
}
