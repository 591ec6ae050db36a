import { listGuildSettings } from '#core/store/settings.ts'
import {
  type LatencyPercentiles,
  latencyPercentiles,
  newestTurnTimes,
  type TurnTimes,
} from '#core/store/turn-times.ts'
import type { WebDeps } from '../web-deps.ts'
import { checkLights, type Light } from './lights.ts'

const shownTurns = 50
const measuredTurns = 500
const shownSettings = 500

export interface AdminView {
  readonly lights: readonly Light[]
  /** Undefined while the database does not answer: then the lights say so. */
  readonly record: AdminRecord | undefined
}

export interface AdminRecord {
  readonly turns: readonly TurnTimes[]
  readonly latency: LatencyPercentiles
  readonly guilds: readonly GuildSettings[]
}

export interface GuildSettings {
  /** Platform and id. */
  readonly guild: string
  readonly settings: readonly (readonly [key: string, value: string])[]
}

export async function loadAdmin(deps: WebDeps): Promise<AdminView> {
  const lights = await checkLights(deps)
  const isStoreUp = lights.some(({ name, state }) => name === 'database' && state === 'up')
  return { lights, record: isStoreUp ? await loadRecord(deps) : undefined }
}

async function loadRecord({ chat: { db } }: WebDeps): Promise<AdminRecord> {
  const [turns, latency, settings] = await Promise.all([
    newestTurnTimes(db, { limit: shownTurns }),
    latencyPercentiles(db, { newest: measuredTurns }),
    listGuildSettings(db, { limit: shownSettings }),
  ])
  const guilds = Map.groupBy(settings, ({ scope }) => scope.replace(':guild:', ' '))
  return {
    turns,
    latency,
    guilds: [...guilds].map(([guild, rows]) => ({
      guild,
      settings: rows.map(({ key, value }) => [key, showValue(value)] as const),
    })),
  }
}

const shownChars = 300

function showValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(showValue).join(', ').slice(0, shownChars)
  if (typeof value !== 'object' || value === null) return String(value).slice(0, shownChars)
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${showValue(part)}`)
  return parts.join(' · ').slice(0, shownChars)
}
