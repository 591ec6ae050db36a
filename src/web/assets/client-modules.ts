import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripApart } from './strip-apart.ts'

/** Every module that a browser may load; nothing else of the source tree is ever served. The first is the entry. */
const moduleNames = [
  'main.ts',
  'announcer.ts',
  'avatar.ts',
  'backoff.ts',
  'composer.ts',
  'connection.ts',
  'conversation.ts',
  'copy.ts',
  'find.ts',
  'fold.ts',
  'lumi.ts',
  'read-aloud.ts',
  'scroll.ts',
  'socket-ticket.ts',
  'theme.ts',
  'transcript.ts',
  'transcript-view.ts',
  'unsent.ts',
] as const

export interface ClientModules {
  /** Changes with any module, so that all of them can be kept for ever under one folder. */
  readonly key: string
  readonly names: readonly string[]
  /** Plain JavaScript by module name. */
  readonly sources: Promise<ReadonlyMap<string, string>>
}

/** Reads the browser's modules and strips their types; imports between them are relative and keep working. */
export function loadClientModules(signal: AbortSignal): ClientModules {
  const hash = createHash('sha256')
  const sources = new Map<string, string>()
  for (const name of moduleNames) {
    const source = readFileSync(new URL(`../client/${name}`, import.meta.url), 'utf8')
    hash.update(name).update(source)
    sources.set(name, source)
  }
  return { key: hash.digest('hex').slice(0, 16), names: moduleNames, sources: stripApart(sources, signal) }
}
