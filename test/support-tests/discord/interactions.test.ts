import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  ComponentType,
  InteractionContextType,
  type Interaction as LibraryInteraction,
  MessageFlags,
  PermissionFlagsBits,
  TextInputStyle,
} from 'discord.js'
import { describe, expect, it } from 'vitest'
import { NotAllowedError } from '#test/support/discord/world/not-allowed-error.ts'
import { errorOf, type Scene, startScene } from './bot.ts'

const ask = {
  name: 'ask',
  description: 'Ask something',
  nameLocalizations: { de: 'frage' },
  options: [
    {
      name: 'question',
      description: 'What',
      type: ApplicationCommandOptionType.String as const,
      required: true,
      autocomplete: true,
    },
  ],
}

/** Registers commands and answers what comes. */
async function withCommands(
  { bot }: Scene,
  commands: Parameters<typeof bot.application.commands.set>[0],
  answer: (interaction: LibraryInteraction) => Promise<unknown>,
): Promise<void> {
  await bot.application.commands.set(commands)
  bot.on('interactionCreate', (interaction) => void answer(interaction))
}

const asSlash =
  (answer: (interaction: ChatInputCommandInteraction) => Promise<unknown>) =>
  async (interaction: LibraryInteraction) =>
    interaction.isChatInputCommand() ? answer(interaction) : undefined

describe('commands', () => {
  it('keep their ids when they are put again, and count how often they were', async () => {
    await using scene = await startScene()
    const first = await scene.bot.application.commands.set([ask])
    const versionOf = (name: string) =>
      scene.discord.world.commands().commands.find((c) => c.name === name)?.version
    const before = { id: first.find((c) => c.name === 'ask')?.id, version: versionOf('ask') }
    const second = await scene.bot.application.commands.set([ask, { name: 'forget', description: 'Forget' }])
    expect(second.find((c) => c.name === 'ask')?.id).toBe(before.id)
    expect(versionOf('ask')).toBe(before.version)
    await scene.bot.application.commands.set([{ ...ask, description: 'Changed' }])
    expect(versionOf('ask')).not.toBe(before.version)
    expect(scene.discord.world.commands()).toMatchObject({
      registrations: 3,
      commands: [{ name: 'ask', description: 'Changed' }],
    })
  })

  it('are listed with their translations only when asked for them', async () => {
    await using scene = await startScene()
    await scene.bot.application.commands.set([ask])
    const route = `/applications/${scene.bot.application.id}/commands` as const
    const listed = (query: string) => scene.bot.rest.get(route, { query: new URLSearchParams(query) })
    expect(await listed('')).not.toHaveProperty('[0].name_localizations')
    expect(await listed('with_localizations=true')).toHaveProperty('[0].name_localizations', { de: 'frage' })
  })

  it.each([
    ['capital letters', [{ name: 'Ask', description: 'x' }]],
    ['no description', [{ name: 'ask', description: '' }]],
    ['the same name twice', [ask, ask]],
    [
      '16 message menus',
      Array.from({ length: 16 }, (_, n) => ({
        name: `M${n}`,
        type: ApplicationCommandType.Message as const,
      })),
    ],
  ])('are refused with %s', async (_what, commands) => {
    await using scene = await startScene()
    expect(await errorOf(scene.bot.application.commands.set(commands))).toMatchObject({ status: 400 })
  })

  it('can be created 200 times a day', async () => {
    await using scene = await startScene()
    const named = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `${prefix}${n}`, description: 'x' }))
    const { commands } = scene.bot.application
    await commands.set(named('a', 100))
    await commands.set(named('b', 100))
    await commands.set(named('b', 100))
    expect(await errorOf(commands.set(named('c', 1)))).toMatchObject({ status: 400, code: 30034 })
    scene.discord.clock.advance(86_400_001)
    await commands.set(named('c', 1))
  })

  it('are offered only where and to whom they are meant', async () => {
    await using scene = await startScene()
    const { guild, channel, alice } = scene
    const bob = scene.discord.world.person('bob')
    guild.add(bob, { roleIds: [guild.role('staff', PermissionFlagsBits.ManageGuild)] })
    const persona = {
      name: 'persona',
      description: 'x',
      defaultMemberPermissions: PermissionFlagsBits.ManageGuild,
      contexts: [InteractionContextType.Guild],
    }
    await withCommands(
      scene,
      [persona],
      asSlash((i) => i.reply(`${i.memberPermissions?.has('ManageGuild')}`)),
    )
    expect(() => alice.slash(channel, 'persona')).toThrow(NotAllowedError)
    expect(() => bob.slash(bob.dm, 'persona')).toThrow(NotAllowedError)
    expect(() => bob.slash(channel, 'nothing')).toThrow(NotAllowedError)
    expect((await bob.slash(channel, 'persona').waitForMessage()).content).toBe('true')
  })
})

describe('a slash command', () => {
  it('is deferred, edited and followed up', async () => {
    await using scene = await startScene()
    await withCommands(
      scene,
      [ask],
      asSlash(async (interaction) => {
        await interaction.deferReply()
        await interaction.editReply(`you asked ${interaction.options.getString('question')}`)
        await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral })
        const fetched = await interaction.fetchReply()
        await interaction.followUp(`again: ${fetched.content}`)
      }),
    )
    const asked = scene.alice.slash(scene.channel, 'ask', { question: 'why' })
    await asked.waitForMessage(({ content }) => content.startsWith('again'))
    expect(asked.isDeferred).toBe(true)
    expect(asked.messages.map(({ content }) => content)).toEqual([
      'you asked why',
      'only you',
      'again: you asked why',
    ])
    expect(asked.messages.map(({ onlyFor }) => onlyFor)).toEqual([undefined, scene.alice.id, undefined])
    expect(scene.channel.messages.map(({ content }) => content)).toEqual([
      'you asked why',
      'again: you asked why',
    ])
  })

  it('fills its "thinking" with the first follow-up', async () => {
    await using scene = await startScene()
    await withCommands(
      scene,
      [ask],
      asSlash(async (interaction) => {
        await interaction.deferReply({ flags: MessageFlags.Ephemeral })
        await interaction.followUp('late')
      }),
    )
    const asked = scene.alice.slash(scene.channel, 'ask', { question: 'why' })
    await asked.waitForMessage()
    expect(asked.messages).toMatchObject([{ content: 'late', onlyFor: scene.alice.id }])
  })

  it('is answered at once, privately, with the message at hand', async () => {
    await using scene = await startScene()
    await withCommands(
      scene,
      [ask],
      asSlash(async (interaction) => {
        const response = await interaction.reply({
          content: 'psst',
          flags: MessageFlags.Ephemeral,
          withResponse: true,
        })
        await interaction.editReply(
          `psst ${response.resource?.message?.id === response.interaction.responseMessageId}`,
        )
      }),
    )
    const asked = scene.alice.slash(scene.channel, 'ask', { question: 'why' })
    await asked.waitForMessage(({ content }) => content === 'psst true')
    expect(asked.isEphemeral).toBe(true)
    expect(scene.channel.messages).toEqual([])
  })

  it('has failed after three seconds, and a later answer is refused', async () => {
    await using scene = await startScene()
    const came = Promise.withResolvers<ChatInputCommandInteraction>()
    await withCommands(
      scene,
      [ask],
      asSlash(async (interaction) => came.resolve(interaction)),
    )
    const asked = scene.alice.slash(scene.channel, 'ask', { question: 'why' })
    const interaction = await came.promise
    scene.discord.clock.advance(3_001)
    expect(asked.hasFailed).toBe(true)
    expect(await errorOf(interaction.reply('late'))).toMatchObject({ status: 404, code: 10062 })
  })

  it('takes one first answer, and follow-ups for 15 minutes', async () => {
    await using scene = await startScene()
    const came = Promise.withResolvers<ChatInputCommandInteraction>()
    await withCommands(
      scene,
      [ask],
      asSlash(async (interaction) => came.resolve(interaction)),
    )
    scene.alice.slash(scene.channel, 'ask', { question: 'why' })
    const interaction = await came.promise
    const { applicationId, token, id } = interaction
    const followUp = () =>
      scene.bot.rest.post(`/webhooks/${applicationId}/${token}`, { auth: false, body: { content: 'x' } })
    expect(await errorOf(followUp())).toMatchObject({ status: 404, code: 10015 })
    await interaction.reply('first')
    const callback = scene.bot.rest.post(`/interactions/${id}/${token}/callback`, {
      auth: false,
      body: { type: 4, data: { content: 'x' } },
    })
    expect(await errorOf(callback)).toMatchObject({ status: 400, code: 40060 })
    scene.discord.clock.advance(15 * 60_000)
    expect(await errorOf(followUp())).toMatchObject({ status: 401, code: 50027 })
  })

  it('has subcommands, and people as options', async () => {
    await using scene = await startScene()
    const who = { name: 'who', description: 'x', type: ApplicationCommandOptionType.User as const }
    const set = {
      name: 'set',
      description: 'x',
      type: ApplicationCommandOptionType.Subcommand as const,
      options: [who],
    }
    await withCommands(
      scene,
      [{ name: 'persona', description: 'x', options: [set] }],
      asSlash((i) => i.reply(`${i.options.getSubcommand()} ${i.options.getUser('who')?.username}`)),
    )
    const { alice, channel } = scene
    const used = alice.slash(channel, 'persona set', { who: alice.id })
    expect((await used.waitForMessage()).content).toBe('set alice')
    expect(() => alice.slash(channel, 'persona drop')).toThrow(NotAllowedError)
    expect(() => alice.slash(channel, 'persona set', { whom: 'x' })).toThrow(NotAllowedError)
  })

  it('completes what is being typed', async () => {
    await using scene = await startScene()
    await withCommands(scene, [ask], async (interaction) => {
      if (!interaction.isAutocomplete()) return
      const typed = interaction.options.getFocused()
      await interaction.respond([{ name: `${typed}?`, value: typed }])
    })
    const typed = scene.alice.autocomplete(scene.channel, 'ask', { question: 'wh' }, 'question')
    await typed.waitForAnswer()
    expect(typed.choices).toEqual([{ name: 'wh?', value: 'wh' }])
  })

  it('works in a direct message, and in a guild without the bot for who installed it', async () => {
    await using scene = await startScene()
    const { discord, alice } = scene
    const integrationTypes = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall]
    await withCommands(
      scene,
      [{ ...ask, integrationTypes }],
      asSlash((interaction) =>
        interaction.reply(`${interaction.inGuild()} ${interaction.inCachedGuild()} ${interaction.context}`),
      ),
    )
    expect((await alice.slash(alice.dm, 'ask', { question: 'x' }).waitForMessage()).content).toBe(
      'false false 1',
    )
    const elsewhere = discord.world.guild({ withoutBot: true })
    const channel = elsewhere.channel('lounge')
    elsewhere.add(alice)
    expect(() => alice.slash(channel, 'ask', { question: 'x' })).toThrow(NotAllowedError)
    alice.hasInstalledApp = true
    const asked = alice.slash(channel, 'ask', { question: 'x' })
    expect((await asked.waitForMessage()).content).toBe('true false 0')
    expect(asked.record.owners).toEqual({ [ApplicationIntegrationType.UserInstall]: alice.id })
  })
})

describe('other interactions', () => {
  it('come from the menu of a message, with its words', async () => {
    await using scene = await startScene()
    const menu = { name: 'Explain', type: ApplicationCommandType.Message as const }
    await withCommands(scene, [menu], async (interaction) => {
      if (interaction.isMessageContextMenuCommand())
        await interaction.reply(`"${interaction.targetMessage.content}"`)
    })
    const said = scene.alice.says(scene.channel, 'hidden from the gateway')
    const explained = scene.alice.contextMenu(scene.channel, 'Explain', said)
    expect((await explained.waitForMessage()).content).toBe('"hidden from the gateway"')
  })

  it('come from buttons and the modals behind them', async () => {
    await using scene = await startScene()
    const row = { type: ComponentType.ActionRow as const }
    const input = {
      type: ComponentType.TextInput as const,
      customId: 'why',
      label: 'Why',
      style: TextInputStyle.Short as const,
    }
    await withCommands(scene, [ask], async (interaction) => {
      if (interaction.isChatInputCommand()) {
        const button = {
          type: ComponentType.Button as const,
          customId: 'more',
          label: 'More',
          style: 1 as const,
        }
        await interaction.reply({ content: 'answer', components: [{ ...row, components: [button] }] })
      }
      if (interaction.isButton()) {
        await interaction.showModal({
          customId: 'form',
          title: 'Form',
          components: [{ ...row, components: [input] }],
        })
      }
      if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        await interaction.update({
          content: `because ${interaction.fields.getTextInputValue('why')}`,
          components: [],
        })
      }
    })
    const answer = await scene.alice.slash(scene.channel, 'ask', { question: 'x' }).waitForMessage()
    const clicked = scene.alice.clicks(answer, 'more')
    await clicked.waitForAnswer()
    const submitted = scene.alice.submitsModal(clicked, { why: 'I say so' })
    await submitted.waitForAnswer()
    expect(answer.versions.map(({ content }) => content)).toEqual(['answer', 'because I say so'])
    expect(() => scene.alice.clicks(answer, 'more')).toThrow(NotAllowedError)
  })
})
