import { sql } from '#core/store/drizzle.ts'
import type { WebDeps } from '../web-deps.ts'
import { adminWords } from './admin-words.ts'

type LightName = keyof typeof adminWords.lights

export interface Light {
  readonly name: LightName
  readonly state: 'up' | 'down' | 'absent'
  /** What it is, or what is wrong and what to do. */
  readonly sentence: string
}

const databaseTimeoutMs = 2_000
const modelsTimeoutMs = 4_000

/** One light for each thing that this installation stands on; all are asked at the same time. */
export async function checkLights({ chat, inference, signal }: WebDeps): Promise<Light[]> {
  const [database, models] = await Promise.all([
    databaseLight(chat.db),
    modelLights(inference, AbortSignal.any([signal, AbortSignal.timeout(modelsTimeoutMs)])),
  ])
  const isConnected = chat.bus.status === 'connected'
  const sentence = isConnected ? adminWords.busUp : adminWords.busDown
  return [database, { name: 'bus', state: isConnected ? 'up' : 'down', sentence }, ...models]
}

async function databaseLight(db: WebDeps['chat']['db']): Promise<Light> {
  const startedAt = performance.now()
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), databaseTimeoutMs)
  const asked = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  )
  const isUp = await Promise.race([asked, late.promise])
  clearTimeout(timer)
  const ms = Math.round(performance.now() - startedAt)
  const sentence = isUp ? adminWords.databaseUp(ms) : adminWords.databaseDown
  return { name: 'database', state: isUp ? 'up' : 'down', sentence }
}

async function modelLights(inference: WebDeps['inference'], signal: AbortSignal): Promise<Light[]> {
  const remote = (await inference.checkHealth?.(signal)) ?? []
  const kinds = {
    llm: inference.chatModel,
    stt: inference.transcriber,
    tts: inference.synthesizer,
    embeddings: inference.embedder,
    reranker: inference.reranker,
  } as const
  const names = Object.keys(kinds) as (keyof typeof kinds)[]
  return names.map((name) => {
    const health = remote.find(({ service }) => service === name)
    if (health !== undefined && !health.ok) return { name, state: 'down', sentence: health.sentence }
    if (health !== undefined) return { name, state: 'up', sentence: kinds[name]?.name ?? health.address }
    if (kinds[name] === undefined) return { name, state: 'absent', sentence: adminWords.absent }
    return { name, state: 'up', sentence: adminWords.builtIn }
  })
}
