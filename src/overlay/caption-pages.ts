import type { FeedWord } from '#core/protocol/stage-feed.ts'

export const lineLength = 40
const lines = 2

export interface CaptionPage {
  readonly words: readonly FeedWord[]
  /** When its first word is spoken. */
  readonly from: number
  readonly until: number
}

/** Cuts a caption into what fits on two lines of forty characters; each page stands until the next one begins. */
export function pagesOf(words: readonly FeedWord[], until: number): readonly CaptionPage[] {
  const pages: FeedWord[][] = []
  let page: FeedWord[] = []
  let line = 0
  let length = 0
  for (const word of words) {
    const fits = length === 0 || length + 1 + word.text.length <= lineLength
    if (!fits) {
      line++
      length = 0
    }
    if (line === lines) {
      pages.push(page)
      page = []
      line = 0
    }
    page.push(word)
    length += (length === 0 ? 0 : 1) + word.text.length
  }
  if (page.length > 0) pages.push(page)
  return pages.map((of, index) => ({
    words: of,
    from: of[0]?.at ?? 0,
    until: pages[index + 1]?.[0]?.at ?? until,
  }))
}

/** The words of a caption; without times they come evenly between its begin and its end. */
export function timedWords(caption: {
  readonly text: string
  readonly from: number
  readonly until: number
  readonly words: readonly FeedWord[]
}): readonly FeedWord[] {
  if (caption.words.length > 0) return caption.words
  const texts = caption.text.split(/\s+/).filter((text) => text !== '')
  const step = (caption.until - caption.from) / Math.max(1, texts.length)
  return texts.map((text, index) => ({ text, at: caption.from + index * step }))
}
