import { replacementWords } from './replacement-words.ts'

/** What a line may begin with before a fence or a table shows itself. */
const undecided = /^[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:`{0,3}|~{0,3})$/
const fenceStart = /^[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(`{3,}|~{3,})/
const tableStart = /^[\s>]*\|/

export interface ProseOnly {
  push(text: string): string
  flush(): string
}

/**
 * Takes code blocks and tables out of streamed Markdown and says once that they are in the chat.
 *
 * - `line-start`: what came of the line may still become a fence or a table, and is held back
 * - `prose`: the rest of the line goes through
 * - `fence`: a code block, dropped until a line that is a run at least as long as the one that opened it
 * - `table`: dropped until the end of the line
 */
export function createProseOnly(): ProseOnly {
  let state: 'line-start' | 'prose' | 'fence' | 'table' = 'line-start'
  let line = ''
  let fence = ''
  let isOpening = false
  const said = new Set<string>()

  const sayOnce = (words: string) => {
    if (said.has(words)) return ''
    said.add(words)
    return `${words}\n`
  }

  function startLine(char: string): string {
    line += char
    const run = fenceStart.exec(line)?.[1]
    if (run !== undefined) {
      state = 'fence'
      fence = run
      isOpening = true
      line = ''
      // The rest of the opening run and the name of the language end with their line.
      return sayOnce(replacementWords.code)
    }
    if (tableStart.test(line)) {
      state = 'table'
      return sayOnce(replacementWords.table)
    }
    if (undecided.test(line) && char !== '\n') return ''
    state = char === '\n' ? 'line-start' : 'prose'
    return takeLine()
  }

  function takeLine(): string {
    const taken = line
    line = ''
    return taken
  }

  function insideFence(char: string): string {
    isOpening &&= char === fence.charAt(0)
    if (isOpening) fence += char
    if (char !== '\n') {
      line += char
      return ''
    }
    if (isClosing(takeLine(), fence)) state = 'line-start'
    return ''
  }

  function take(char: string): string {
    if (state === 'line-start') return startLine(char)
    if (state === 'fence') return insideFence(char)
    const kept = state === 'prose' ? char : ''
    if (char === '\n') {
      state = 'line-start'
      line = ''
    }
    return kept
  }

  return {
    push(text) {
      let prose = ''
      for (let index = 0; index < text.length; index++) prose += take(text.charAt(index))
      return prose
    },
    flush() {
      const rest = state === 'line-start' ? line : ''
      state = 'line-start'
      line = ''
      return rest
    },
  }
}

function isClosing(line: string, fence: string): boolean {
  const run = line.trim().replace(/^[>\s]+/, '')
  return run.length >= fence.length && run === fence.charAt(0).repeat(run.length)
}
