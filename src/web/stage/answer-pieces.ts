import { type AnswerPiece, expressionNames } from '#core/chat/expression-tags.ts'

/** Faces and texts in turn; what is beyond is not spoken. */
const maxWaiting = 4_096

/** What an answer consists of, pushed as it arrives and read as it is spoken. */
export class AnswerPieces {
  #pieces: AnswerPiece[] = []
  #isOver = false
  #wake = () => {}

  addText(text: string): void {
    const last = this.#pieces.at(-1)
    // Tokens that wait are joined, so that a slow reader costs no memory but their letters.
    if (last?.type === 'text')
      this.#pieces[this.#pieces.length - 1] = { type: 'text', text: last.text + text }
    else this.#add({ type: 'text', text })
    this.#wake()
  }

  addExpression(given: string): void {
    const name = expressionNames.find((known) => known === given)
    if (name !== undefined) this.#add({ type: 'expression', name })
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  async *read(): AsyncGenerator<AnswerPiece, void> {
    while (true) {
      const piece = this.#pieces.shift()
      if (piece) yield piece
      else if (this.#isOver) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }

  #add(piece: AnswerPiece): void {
    if (this.#pieces.length < maxWaiting) this.#pieces.push(piece)
  }
}
