import { Client, GatewayIntentBits, Partials } from 'discord.js'
import { afterEach, describe, expect, it } from 'vitest'
import { type DiscordStandIn, startDiscordStandIn } from './stand-in.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function login(discord: DiscordStandIn): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
    rest: { api: discord.apiUrl, version: '10' },
  })
  cleanups.push(() => client.destroy())
  const ready = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve))
  await client.login(discord.token)
  return ready
}

describe('messages', () => {
  it('reach the bot, and its replies reach the people', async () => {
    const discord = await startDiscordStandIn()
    cleanups.push(discord.dispose)
    const guild = discord.world.guild()
    const channel = guild.channel('general')
    const alice = discord.world.person('alice')
    guild.add(alice)
    const client = await login(discord)
    client.on('messageCreate', async (m) => {
      if (m.author.id !== client.user.id) await m.reply(`you said: ${m.content}`)
    })
    const said = alice.says(channel, 'hello', { mentionBot: true })
    const reply = await discord.world.waitForReply(said)
    expect(reply.content).toContain('hello')
  })
})
