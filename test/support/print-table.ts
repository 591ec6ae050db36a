/** Prints rows under a heading, columns as wide as their widest cell, numbers to the right. */
export function printTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const lines = [heading, ...rows].map((row) => row.map(String))
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const isNumeric = heading.map((_, column) => rows.every((row) => /^[\d.,]/.test(String(row[column] ?? ''))))
  const show = (line: readonly string[]) =>
    line
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
  const [first = [], ...rest] = lines
  console.log(
    [show(first), widths.map((width) => '-'.repeat(width)).join('  '), ...rest.map(show)]
      .map((line) => line.trimEnd())
      .join('\n'),
  )
}
