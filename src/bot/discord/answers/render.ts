import { AnswerGoneError, QuestionGoneError, RefusedError, TokenExpiredError } from '../rest/faults.ts'
import type { EditPace } from './edit-pace.ts'
import { layOut, layOutEnd } from './layout.ts'
import type { LiveReply } from './live-reply.ts'
import type { Shown, Surface } from './surface.ts'

export interface RenderOptions {
  readonly reply: LiveReply
  readonly surface: Surface
  readonly pace: EditPace
  /** Messages that show it already. */
  readonly known?: readonly Shown[] | undefined
  /** An earlier process may have shown some of it: read that back. */
  readonly isRecalled: boolean
  readonly signal: AbortSignal
}

/** A first message of more than a word or two reads better, and a short answer needs no edit at all. */
const firstMessageAfterMs = 300

/**
 * Shows an answer while it is being made: sends the first words, edits as more come, and sends further messages when one is
 * full. Resolves, when the answer is over and stands as it should, with the ids of its messages.
 * @throws the errors of rest/faults.ts; others when showing the end failed for now; the signal's reason
 */
export async function renderReply(options: RenderOptions): Promise<readonly string[]> {
  const { reply, surface, known, isRecalled, signal } = options
  const shown = known ? [...known] : isRecalled ? await surface.recall() : []
  await followText(options, shown)
  for (let end = reply.end; end !== undefined; ) {
    signal.throwIfAborted()
    await showEnd(surface, shown, layOutEnd(end, surface.maxParts))
    if (reply.end === end) break
    end = reply.end
  }
  return shown.map(({ id }) => id)
}

async function followText(options: RenderOptions, shown: Shown[]): Promise<void> {
  const { reply, surface, pace, signal } = options
  let isBehind = false
  while (reply.end === undefined) {
    if (!isBehind) await orAbort(reply.change(), signal)
    const extraMs = shown.length === 0 ? firstMessageAfterMs : 0
    await pace.slot(surface.paceKey, { extraMs, until: reply.over, signal })
    if (reply.end !== undefined) return
    const wanted = layOut(reply.text, surface.maxParts)
    // A turn that began again has no words yet; what is shown stays until it has.
    isBehind = wanted.length > 0 && (await takePartialStep(options, shown, wanted))
  }
}

/** While the answer grows, a request that fails for now is no loss: the next one shows more. */
async function takePartialStep(
  { surface, pace }: RenderOptions,
  shown: Shown[],
  wanted: readonly string[],
): Promise<boolean> {
  try {
    return await pace.measure(surface.paceKey, () => takeStep(surface, shown, wanted))
  } catch (error) {
    if (isFinal(error)) throw error
    return false
  }
}

function isFinal(error: unknown): boolean {
  return [AnswerGoneError, QuestionGoneError, RefusedError, TokenExpiredError].some(
    (fault) => error instanceof fault,
  )
}

async function showEnd(
  surface: Surface,
  shown: Shown[],
  layout: ReturnType<typeof layOutEnd>,
): Promise<void> {
  if (layout.kind === 'parts') return await showParts(surface, shown, layout.parts)
  if (layout.kind === 'notice' && surface.tellPrivately === undefined)
    return await showParts(surface, shown, [layout.sentence])
  await showParts(surface, shown, [])
  await surface.dismiss?.()
  if (layout.kind === 'notice') await surface.tellPrivately?.(layout.sentence)
}

async function showParts(surface: Surface, shown: Shown[], wanted: readonly string[]): Promise<void> {
  while (await takeStep(surface, shown, wanted));
}

/** Makes the first difference between what is shown and what is wanted disappear; false when there is none. */
async function takeStep(surface: Surface, shown: Shown[], wanted: readonly string[]): Promise<boolean> {
  for (const [index, content] of wanted.entries()) {
    const message = shown[index]
    if (message?.content === content) continue
    shown[index] = message ? await surface.edit(message, content) : await surface.send(content, shown)
    return true
  }
  const surplus = shown.at(-1)
  if (surplus === undefined || shown.length <= wanted.length) return false
  await surface.remove(surplus)
  shown.pop()
  return true
}

async function orAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
