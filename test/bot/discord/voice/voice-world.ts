import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiscordBot } from '#bot/discord/bot.ts'
import { startDiscordBot } from '#bot/discord/bot.ts'
import type { CallTiming } from '#bot/discord/voice/call-plan.ts'
import type { Bus } from '#core/bus/bus.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { createBuiltInVoice } from '#core/inference/builtin/voice.ts'
import { openInference } from '#core/inference/open-inference.ts'
import type { Database } from '#core/store/database.ts'
import { createLogger, type LogLevel } from '#core/telemetry/logger.ts'
import { createResampler } from '#core/voice/pcm/resampler.ts'
import {
  type DiscordStandIn,
  type DiscordStandInOptions,
  startDiscordStandIn,
} from '#test/support/discord/stand-in.ts'
import { writeVoiceCertificate } from '#test/support/discord/voice/certificate.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Guild } from '#test/support/discord/world/guild.ts'
import type { Person } from '#test/support/discord/world/person.ts'
import { type InferenceServer, startInferenceServer } from '#test/support/inference-server.ts'
import { createTestDatabase, type TestPostgres } from '#test/support/postgres.ts'

const persona = await loadPersona()

/** Answers with a tone of this frequency, so that what is heard of the bot can be told from everything else. */
export const answerHz = 660

export interface VoiceWorld extends AsyncDisposable {
  readonly discord: DiscordStandIn
  readonly models: InferenceServer
  readonly db: Database
  readonly bus: Bus
  /** The newest one. */
  readonly bot: DiscordBot
  /** Stops the bot as an update does, and starts another one. */
  restartBot(): Promise<void>
  readonly complaints: { level: string; message: string }[]
}

export interface VoiceWorldOptions {
  readonly postgres: TestPostgres
  readonly standIn?: DiscordStandInOptions
  readonly timing?: Partial<CallTiming>
  readonly hasRecogniser?: boolean
  /** A recogniser in place of the scripted one. */
  readonly recogniserUrl?: string
  /** The voice that is built in, in place of a tone. */
  readonly isVoiceBuiltIn?: boolean
}

/** The bot in a Discord with voice servers, and models that answer at once: all real but for Discord and the models. */
export async function openVoiceWorld({
  postgres,
  standIn = {},
  timing = {},
  hasRecogniser = true,
  recogniserUrl,
  isVoiceBuiltIn = false,
}: VoiceWorldOptions): Promise<VoiceWorld> {
  await using starting = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'companions-voice-'))
  starting.defer(() => rm(folder, { recursive: true, force: true }))
  // Read by the media worker when it starts.
  process.env.NODE_EXTRA_CA_CERTS = join(folder, 'voice.pem')
  writeVoiceCertificate(process.env.NODE_EXTRA_CA_CERTS)
  const { db, databaseUrl } = starting.use(await createTestDatabase(postgres))
  const complaints: VoiceWorld['complaints'] = []
  const logger = createLogger({
    level: (process.env.TEST_LOG_LEVEL ?? 'warn') as LogLevel,
    write: (line) => {
      complaints.push(JSON.parse(line))
      if (process.env.TEST_LOG_LEVEL) process.stderr.write(line)
    },
  })
  const bus = starting.use(await openInProcessBus({ file: ':memory:', logger }))
  const models = starting.use(await startInferenceServer({ plans: answerPlans }))
  const { llm, stt, tts } = models.targets
  const targets = {
    llm,
    ...(hasRecogniser ? { stt: recogniserUrl === undefined ? stt : { url: recogniserUrl } } : {}),
    ...(isVoiceBuiltIn ? {} : { tts }),
  }
  const inference = starting.use(openInference(targets, { logger }))
  const discord = starting.use(
    await startDiscordStandIn({ ...standIn, gateway: { limitsIdentify: false, ...standIn.gateway } }),
  )
  const logLevel = (process.env.TEST_LOG_LEVEL ?? 'silent') as LogLevel
  const startBot = () =>
    startDiscordBot({
      token: discord.token,
      apiUrl: discord.apiUrl,
      bus,
      store: { db, target: { connectionString: databaseUrl } },
      persona,
      inference,
      voice: { inference: targets, logLevel, timing },
      logger,
      signal: new AbortController().signal,
      drainMs: 500,
    })
  let bot = await startBot()
  starting.defer(() => bot[Symbol.asyncDispose]())
  const resources = starting.move()
  return {
    discord,
    models,
    db,
    bus,
    get bot() {
      return bot
    },
    async restartBot() {
      await bot[Symbol.asyncDispose]()
      bot = await startBot()
    },
    complaints,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const answerPlans = {
  stt: { text: 'Lumi, what time is it?' },
  llm: { tokens: ['It ', 'is ', 'three ', "o'clock."] },
  tts: { samples: tone(answerHz, 400, 24_000), sampleRateHz: 24_000 },
} as const

export function tone(hz: number, ms: number, rateHz = 48_000, level = 8_000): Int16Array {
  return Int16Array.from({ length: (rateHz * ms) / 1_000 }, (_, n) =>
    Math.round(level * Math.sin((2 * Math.PI * hz * n) / rateHz)),
  )
}

/** Anna in a voice channel of her guild. */
export interface Scene {
  readonly anna: Person
  readonly guild: Guild
  readonly lobby: Channel
  readonly channel: Channel
}

export function scene({ discord }: VoiceWorld): Scene {
  const anna = discord.world.person('Anna')
  const guild = discord.world.guild({ owner: anna })
  const channel = guild.voiceChannel('talk')
  anna.joinVoice(channel)
  return { anna, guild, lobby: guild.channel('lobby'), channel }
}

let spokenQuestion: Promise<Int16Array> | undefined

/** Real speech, as a voice detector wants it: made once by the built-in voice, 48 kHz. */
export function question(): Promise<Int16Array> {
  spokenQuestion ??= synthesise('Lumi, what time is it?')
  return spokenQuestion
}

/** 48 kHz. */
export async function synthesise(text: string): Promise<Int16Array> {
  await using voice = createBuiltInVoice()
  const { blocks, sampleRateHz } = await voice.synthesize(text, { signal: new AbortController().signal })
  const resampler = createResampler(sampleRateHz, 48_000)
  const parts: Int16Array[] = []
  for await (const block of blocks) parts.push(resampler.push(block))
  const samples = Int16Array.from([...parts, resampler.flush()].flatMap((part) => [...part]))
  return samples.subarray(0, samples.findLastIndex((sample) => Math.abs(sample) > quiet) + 1)
}

/** Synthesisers end with silence; the end of a question is its last sound. */
const quiet = 400
