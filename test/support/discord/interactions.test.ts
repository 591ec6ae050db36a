import {
  ApplicationCommandOptionType,
  Client,
  GatewayIntentBits,
  InteractionContextType,
  MessageFlags,
  Partials,
} from 'discord.js'
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

describe('interactions', () => {
  it('are deferred, edited and followed up', async () => {
    const discord = await startDiscordStandIn()
    cleanups.push(discord.dispose)
    const guild = discord.world.guild()
    const channel = guild.channel('general')
    const alice = discord.world.person('alice')
    guild.add(alice)
    const client = await login(discord)
    await client.application.commands.set([
      {
        name: 'ask',
        description: 'x',
        contexts: [InteractionContextType.Guild],
        options: [
          { name: 'question', description: 'q', type: ApplicationCommandOptionType.String, required: true },
        ],
      },
    ])
    client.on('interactionCreate', async (i) => {
      if (!i.isChatInputCommand()) return
      await i.deferReply()
      await i.editReply(`you asked ${i.options.getString('question')}`)
      await i.followUp({ content: 'more', flags: MessageFlags.Ephemeral })
      const r = await i.fetchReply()
      await i.followUp(r.content)
    })
    const asked = alice.slash(channel, 'ask', { question: 'why' })
    await asked.waitForMessage((m) => m.content === 'more')
    await discord.world.waitFor('3', () => asked.messages[2])
    expect(asked.messages.map((m) => [m.content, m.onlyFor])).toEqual([
      ['you asked why', undefined],
      ['more', alice.id],
      ['you asked why', undefined],
    ])
  })
})
