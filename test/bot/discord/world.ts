import { type DiscordBot, type DiscordBotOptions, startDiscordBot } from '#bot/discord/bot.ts'
import type { Bus } from '#core/bus/bus.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import type { ChatModel } from '#core/inference/ports.ts'
import type { Database } from '#core/store/database.ts'
import { createLogger, type LogLevel } from '#core/telemetry/logger.ts'
import { ChatWorld } from '#test/support/chat-world.ts'
import {
  type DiscordStandIn,
  type DiscordStandInOptions,
  startDiscordStandIn,
} from '#test/support/discord/stand-in.ts'
import { createTestDatabase, type TestPostgres } from '#test/support/postgres.ts'
import { answering, scriptedModel } from '#test/support/scripted-chat-model.ts'

const persona = await loadPersona()

export interface DiscordWorldOptions {
  readonly postgres: TestPostgres
  /** What answers; undefined for no worker at all. */
  readonly model?: ChatModel | undefined
  readonly standIn?: DiscordStandInOptions
  readonly withoutBot?: boolean
}

/** A Discord, a database, a bus, a chat worker and the bot between them, all real but for Discord and the model. */
export interface DiscordWorld extends AsyncDisposable {
  readonly discord: DiscordStandIn
  readonly db: Database
  readonly bus: Bus
  readonly chat: ChatWorld
  /** Lines that were logged at `warn` and above. */
  readonly complaints: { level: string; message: string }[]
  startBot(options?: Partial<DiscordBotOptions>): Promise<DiscordBot>
}

export const helloModel = () => scriptedModel(answering('Hello', ' there', '.'))

export async function openDiscordWorld(options: DiscordWorldOptions): Promise<DiscordWorld> {
  const { postgres, standIn = {}, withoutBot = false } = options
  await using starting = new AsyncDisposableStack()
  const { db } = starting.use(await createTestDatabase(postgres))
  const complaints: { level: string; message: string }[] = []
  const logger = createLogger({
    level: (process.env.TEST_LOG_LEVEL ?? 'warn') as LogLevel,
    write: (line) => {
      const complaint = JSON.parse(line)
      if (complaint.level === 'warn' || complaint.level === 'error') complaints.push(complaint)
      if (process.env.TEST_LOG_LEVEL) process.stderr.write(line)
    },
  })
  const bus = starting.use(await openInProcessBus({ file: ':memory:', logger }))
  const chat = starting.use(new ChatWorld({ bus, store: { db } }))
  const model = 'model' in options ? options.model : helloModel()
  if (model) chat.startWorker(model)
  const discord = starting.use(
    await startDiscordStandIn({ ...standIn, gateway: { limitsIdentify: false, ...standIn.gateway } }),
  )
  // The bots stand on everything else, so they go first.
  const bots = starting.use(new AsyncDisposableStack())
  const startBot = async (changes: Partial<DiscordBotOptions> = {}) =>
    bots.use(
      await startDiscordBot({
        token: discord.token,
        apiUrl: discord.apiUrl,
        bus,
        store: { db },
        persona,
        logger,
        signal: new AbortController().signal,
        drainMs: 500,
        ...changes,
      }),
    )
  if (!withoutBot) await startBot()
  const resources = starting.move()
  return {
    discord,
    db,
    bus,
    chat,
    complaints,
    startBot,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
