import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { words } from '../words.ts'

/** A request that ends in a page of plain words instead of what was asked for. */
export class PageError extends Error {
  override readonly name = 'PageError'
  readonly status: ContentfulStatusCode
  readonly title: string
  readonly sentence: string
  constructor(status: ContentfulStatusCode, title: string, sentence: string, options?: ErrorOptions) {
    super(title, options)
    this.status = status
    this.title = title
    this.sentence = sentence
  }
}

const { errors } = words

export const pageErrors = {
  notFound: () => new PageError(404, errors.notFoundTitle, errors.notFound),
  foreignHost: () => new PageError(421, errors.forbiddenTitle, errors.forbiddenHost),
  foreignPage: () => new PageError(403, errors.forbiddenTitle, errors.forbiddenPage),
  stranger: () => new PageError(401, errors.forbiddenTitle, errors.stranger),
  tooLarge: () => new PageError(413, errors.tooLargeTitle, errors.tooLarge),
  badForm: () => new PageError(400, errors.badRequestTitle, errors.badRequest),
  storeAway: (cause: unknown) => new PageError(503, errors.unavailableTitle, errors.unavailable, { cause }),
  fault: (cause: unknown) => new PageError(500, errors.faultTitle, errors.fault, { cause }),
} as const
