import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { Persona } from './persona.ts'

/** The persona file cannot be used; `faults` has one line per fault, each with the line and field where it is. */
export class PersonaFileError extends Error {
  override readonly name = 'PersonaFileError'
  readonly file: string
  readonly faults: readonly string[]
  constructor(file: string, faults: readonly string[], options?: ErrorOptions) {
    super(
      [`The persona file ${file} cannot be used:`, ...faults.map((fault) => `  ${fault}`)].join('\n'),
      options,
    )
    this.file = file
    this.faults = faults
  }
}

const defaultPersonaFile = fileURLToPath(new URL('./lumi.yaml', import.meta.url))

/** Reads a persona from YAML; without a file, the built-in Lumi. @throws PersonaFileError naming every fault. */
export async function loadPersona(file: string = defaultPersonaFile): Promise<Persona> {
  return parsePersona(await readText(file), file)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new PersonaFileError(file, ['it cannot be read; is the path in PERSONA_FILE right?'], { cause })
  }
}

/** @throws PersonaFileError */
export function parsePersona(yaml: string, file: string): Persona {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false })
  const syntaxFaults = document.errors.map(
    (error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`,
  )
  if (syntaxFaults.length > 0) throw new PersonaFileError(file, syntaxFaults)

  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = document.getIn(path, true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1))
  }
  const parsed = Persona.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  throw new PersonaFileError(
    file,
    parsed.error.issues.map((issue) => `line ${lineOf(issue.path)}, ${describe(issue)}`),
  )
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: no such field`
  const field = issue.path.join('.') || 'the file'
  if (issue.message.endsWith('received undefined')) return `${field}: is missing`
  return `${field}: ${issue.message}`
}
