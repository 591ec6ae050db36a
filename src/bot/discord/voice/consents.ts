import type { Database } from '#core/store/database.ts'
import { findAuthor, getPersonPreferences } from '#core/store/people.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { RecentMap } from '../recent-map.ts'
import { within } from '../within.ts'

export interface Consent {
  readonly isHeard: boolean
  readonly allowsTranscripts: boolean
}

/** Who never said anything about it is heard, and nothing of it is written down. */
const usual: Consent = { isHeard: true, allowsTranscripts: false }
/** Until it is known what somebody chose, they are not listened to. */
const unknown: Consent = { isHeard: false, allowsTranscripts: false }
const deadlineMs = 2_000

/** What people chose about being heard in calls. Answers at once; what it does not know yet is looked up. */
export class Consents {
  readonly #db: Database
  readonly #logger: Logger
  readonly #known = new RecentMap<string, Consent>(10_000)

  constructor(db: Database, logger: Logger) {
    this.#db = db
    this.#logger = logger
  }

  of(userId: string): Consent {
    return this.#known.get(userId) ?? unknown
  }

  /** Call when somebody chose anew, or enters a call. Resolves with whether something changed. */
  async refresh(userId: string): Promise<boolean> {
    const before = this.#known.get(userId)
    try {
      const now = await within(deadlineMs, 'reading what somebody allows', this.#load(userId))
      this.#known.set(userId, now)
      return before?.isHeard !== now.isHeard || before.allowsTranscripts !== now.allowsTranscripts
    } catch (error) {
      this.#logger.warn('it could not be read what a person allows; they are not heard', { error })
      return false
    }
  }

  async #load(userId: string): Promise<Consent> {
    const found = await findAuthor(this.#db, { platform: 'discord', platformUserId: userId })
    if (found === undefined) return usual
    const { isHeard, allowsTranscripts } = await getPersonPreferences(this.#db, found.personId)
    return { isHeard, allowsTranscripts }
  }
}
