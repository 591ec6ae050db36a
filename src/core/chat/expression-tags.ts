/** Faces a companion can make; the names of the VRM presets that `[happy]` and its siblings stand for. */
export const expressionNames = ['neutral', 'happy', 'angry', 'sad', 'relaxed', 'surprised'] as const
export type ExpressionName = (typeof expressionNames)[number]

export type AnswerPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'expression'; readonly name: ExpressionName }

export interface ExpressionParser {
  push(text: string): AnswerPiece[]
  /** What was still held back as the possible start of a tag. The parser is as new afterwards. */
  flush(): AnswerPiece[]
}

const tags = new Map<string, ExpressionName>(expressionNames.map((name) => [`[${name}]`, name]))

/** The end of a text is held back only while it could still become a tag, so never more than `[surprised`. */
function couldBecomeTag(held: string): boolean {
  const start = held.toLowerCase()
  return tags.keys().some((tag) => tag.startsWith(start))
}

/**
 * Takes `[happy]` and its siblings out of streamed text, whatever the tokens' borders. Tags in code (see CodeTracker)
 * and unknown tags stay text; no character is lost or reordered.
 */
export function createExpressionParser(): ExpressionParser {
  const code = new CodeTracker()
  let pieces: AnswerPiece[] = []
  let text = ''
  let held = ''

  const release = () => {
    text += held
    held = ''
  }
  const endText = () => {
    if (text !== '') pieces.push({ type: 'text', text })
    text = ''
  }
  const completeTag = (name: ExpressionName) => {
    endText()
    pieces.push({ type: 'expression', name })
    held = ''
  }
  const take = (char: string) => {
    code.read(char)
    if (held !== '' && (code.isCode || !couldBecomeTag(held + char))) release()
    if (held === '' && (char !== '[' || code.isCode)) text += char
    else held += char
    const name = char === ']' ? tags.get(held.toLowerCase()) : undefined
    if (name !== undefined) completeTag(name)
  }
  const drain = () => {
    endText()
    const drained = pieces
    pieces = []
    return drained
  }
  return {
    push(chunk) {
      for (let index = 0; index < chunk.length; index++) take(chunk.charAt(index))
      return drain()
    },
    flush() {
      release()
      code.reset()
      return drain()
    },
  }
}

const linePrefix = '>-*+.)0123456789'

/**
 * Follows Markdown code through a stream, one character at a time and without looking ahead.
 *
 * - `prose`: tags count. A run of backticks opens `span`; a run of three or more backticks or tildes that begins a
 *   line (after spaces, `>` or a list's marker) opens `info`.
 * - `span`: inline code, until a run of exactly as many backticks, or the end of the line: models do not wrap inline
 *   code, and a stray backtick must not mute the face for the rest of the answer.
 * - `info`: the rest of a fence's first line. A further backtick shows that it was a `span` after all.
 * - `fence`: a code block, until a line of nothing but a run at least as long as the one that opened it.
 *
 * Source: CommonMark 0.31, sections 4.5 and 6.1.
 */
class CodeTracker {
  #state: 'prose' | 'span' | 'info' | 'fence' = 'prose'
  #opening = { char: '', length: 0 }
  #run = { char: '', length: 0, beginsLine: false }
  #isLineStart = true
  #isClosingLine = false

  /** Also true right after an opening run, before the next character tells its length. */
  get isCode(): boolean {
    return this.#state !== 'prose' || this.#run.length > 0
  }

  reset(): void {
    this.#state = 'prose'
    this.#run = { char: '', length: 0, beginsLine: false }
    this.#isLineStart = true
    this.#isClosingLine = false
  }

  read(char: string): void {
    if (this.#run.length > 0 && char !== this.#run.char) this.#endRun()
    if (this.#run.length > 0) this.#run.length++
    else if (char === '`' || (char === '~' && this.#isLineStart)) this.#beginRun(char)
    else if (char === '\n') this.#endLine()
    else if (!isBlank(char)) {
      this.#isLineStart &&= linePrefix.includes(char)
      this.#isClosingLine = false
    }
  }

  #beginRun(char: string): void {
    this.#run = { char, length: 1, beginsLine: this.#isLineStart }
    this.#isLineStart = false
    this.#isClosingLine = false
  }

  #endRun(): void {
    const run = this.#run
    this.#run = { char: '', length: 0, beginsLine: false }
    if (this.#state === 'info' && run.char === '`' && this.#opening.char === '`') this.#state = 'span'
    if (this.#state === 'prose') this.#open(run)
    else if (this.#state === 'span' && run.char === '`' && run.length === this.#opening.length)
      this.#state = 'prose'
    else if (this.#state === 'fence' && run.beginsLine && run.char === this.#opening.char)
      this.#isClosingLine = run.length >= this.#opening.length
  }

  #open(run: { char: string; length: number; beginsLine: boolean }): void {
    if (run.beginsLine && run.length >= 3) this.#state = 'info'
    else if (run.char === '`') this.#state = 'span'
    else return
    this.#opening = run
  }

  #endLine(): void {
    if (this.#state === 'info') this.#state = 'fence'
    else if (this.#state === 'span' || this.#isClosingLine) this.#state = 'prose'
    this.#isLineStart = true
    this.#isClosingLine = false
  }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r'
}
