import type { z } from 'zod'
import type { WebContext } from '../web-env.ts'
import { pageErrors } from './page-error.ts'

/** The fields of a posted form, checked. @throws PageError when they are not what our own form sends. */
export async function readForm<Schema extends z.ZodType>(
  context: WebContext,
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = context.req.header('content-type') ?? ''
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) throw pageErrors.badForm()
  const fields = await context.req.parseBody().catch(() => undefined)
  const parsed = schema.safeParse(fields)
  if (!parsed.success) throw pageErrors.badForm()
  return parsed.data
}
