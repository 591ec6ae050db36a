import { stripTypeScriptTypes } from 'node:module'

/**
 * TypeScript to JavaScript by blanking out the types; lines and columns stay. The one place that knows how, because
 * the function is still marked experimental (Node 24 and 26) and says so with a warning that helps nobody here.
 */
export function stripTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
