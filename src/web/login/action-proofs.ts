import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '#core/secrets/derive-key.ts'
import type { Session } from '#core/store/sessions.ts'

/**
 * For what begins with a link and not with a form, because browsers hold `form-action` against every redirect that
 * follows a form: shows that the link stood on a page of ours that this very session was shown.
 */
export class ActionProofs {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = deriveKey(secret, 'action proofs')
  }

  of(session: Pick<Session, 'id'>, action: string): string {
    return createHmac('sha256', this.#key).update(`${action} ${session.id}`).digest('base64url')
  }

  isOf(given: string | undefined, session: Pick<Session, 'id'>, action: string): boolean {
    const [a, b] = [Buffer.from(given ?? ''), Buffer.from(this.of(session, action))]
    return a.length === b.length && timingSafeEqual(a, b)
  }
}
