import { once } from 'node:events'
import {
  Client,
  type ClientOptions,
  GatewayIntentBits,
  type Message,
  Partials,
  type SendableChannels,
} from 'discord.js'
import {
  type DiscordStandIn,
  type DiscordStandInOptions,
  startDiscordStandIn,
} from '#test/support/discord/stand-in.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Guild } from '#test/support/discord/world/guild.ts'
import type { Person } from '#test/support/discord/world/person.ts'

export const standardIntents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
]

/** The unmodified library, pointed at the stand-in, not yet logged in. */
export function createBot(
  discord: { readonly apiUrl: string },
  options: Partial<ClientOptions> = {},
): Client {
  return new Client({
    intents: standardIntents,
    partials: [Partials.Channel, Partials.Message],
    ...options,
    rest: { api: discord.apiUrl, version: '10', ...options.rest },
  })
}

/** Without the library's five seconds between two identifies. */
export const impatient = {
  ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
}

/** Logs in and waits until the guilds are there. */
export async function login(bot: Client, token: string): Promise<Client<true>> {
  const ready = once(bot, 'clientReady')
  await bot.login(token)
  await ready
  if (!bot.isReady()) throw new Error('the bot is not ready')
  return bot
}

export interface Scene extends AsyncDisposable {
  readonly discord: DiscordStandIn
  readonly guild: Guild
  readonly channel: Channel
  readonly alice: Person
  readonly bot: Client<true>
}

/** A guild with one channel, one person and the bot, which is logged in. */
export async function startScene(
  options: DiscordStandInOptions = {},
  clientOptions: Partial<ClientOptions> = {},
): Promise<Scene> {
  const discord = await startDiscordStandIn(options)
  const guild = discord.world.guild()
  const channel = guild.channel('general')
  const alice = discord.world.person('alice')
  guild.add(alice)
  const bot = await login(createBot(discord, clientOptions), discord.token)
  return {
    discord,
    guild,
    channel,
    alice,
    bot,
    [Symbol.asyncDispose]: async () => {
      // Closed first: a library that is destroyed while it identifies connects again and never ends.
      await discord.dispose()
      await bot.destroy()
    },
  }
}

/** A channel as the library sends to it. */
export async function sendable(bot: Client<true>, { id }: Channel): Promise<SendableChannels> {
  const channel = await bot.channels.fetch(id)
  if (!channel?.isSendable()) throw new Error('the bot cannot send there')
  return channel
}

/** Collects what the library tells of messages by others. */
export function heardBy(bot: Client<true>): Message[] {
  const heard: Message[] = []
  bot.on('messageCreate', (message) => {
    if (message.author.id !== bot.user.id) heard.push(message)
  })
  return heard
}

/** The error that a request ended with. */
export async function errorOf(promise: Promise<unknown>): Promise<{ status: number; code: number | string }> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  )
}
