/** A text as PostgreSQL can hold it: without NUL and without halves of surrogate pairs. Everything else is kept. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
