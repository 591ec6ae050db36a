import { ChannelType, GatewayIntentBits, MessageFlags, PermissionFlagsBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { errorOf, heardBy, sendable, standardIntents, startScene } from './bot.ts'

const withContent = {
  options: { gateway: { approvedIntents: GatewayIntentBits.MessageContent } },
  client: { intents: [...standardIntents, GatewayIntentBits.MessageContent] },
}

describe('a message of a person', () => {
  it('reaches the bot, whose reply reaches the person', async () => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    bot.on('messageCreate', async (message) => {
      if (message.mentions.has(bot.user)) await message.reply(`you said ${message.cleanContent}`)
    })
    const said = alice.says(channel, 'hello', { mentionBot: true })
    const reply = await discord.world.waitForReply(said)
    expect(reply.content).toBe('you said @companion hello')
    expect(discord.world.repliesTo(said)).toEqual([reply])
  })

  it('comes without its words where the message content intent is missing', async () => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const sent = discord.world.message((await (await sendable(bot, channel)).send('hi')).id)
    alice.says(channel, 'plain')
    alice.says(channel, 'mention', { mentionBot: true })
    alice.says(alice.dm, 'direct')
    if (sent) alice.says(channel, 'pinging reply', { replyTo: sent })
    if (sent) alice.says(channel, 'silent reply', { replyTo: sent, pings: false })
    await discord.world.waitFor('five messages', () => (heard.length === 5 ? heard : undefined))
    const mention = `<@${bot.user.id}> mention`
    expect(heard.map(({ content }) => content)).toEqual(['', mention, 'direct', 'pinging reply', ''])
  })

  it('comes with its words where the intent is approved and asked for', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const heard = heardBy(scene.bot)
    scene.alice.says(scene.channel, 'plain')
    await scene.discord.world.waitFor('the message', () => heard[0])
    expect(heard[0]?.content).toBe('plain')
  })

  it('is not heard in a channel that the bot may not view', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const { discord, guild, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const hidden = guild.channel('hidden')
    hidden.deny(PermissionFlagsBits.ViewChannel)
    alice.says(hidden, 'psst')
    alice.says(channel, 'hello')
    await discord.world.waitFor('a message', () => heard[0])
    expect(heard.map(({ content }) => content)).toEqual(['hello'])
    expect(await errorOf(bot.rest.get(`/channels/${hidden.id}`))).toMatchObject({ status: 403, code: 50001 })
  })

  it('comes with its files, a voice message among them', async () => {
    await using scene = await startScene()
    const { discord, alice, bot } = scene
    const heard = heardBy(bot)
    const voice = { durationSeconds: 2, waveform: 'AAAA' }
    const bytes = new TextEncoder().encode('OggS')
    alice.says(alice.dm, '', {
      files: [{ name: 'voice-message.ogg', contentType: 'audio/ogg', bytes, voice }],
    })
    await discord.world.waitFor('the message', () => heard[0])
    const file = heard[0]?.attachments.first()
    expect(file).toMatchObject({ contentType: 'audio/ogg', duration: 2, waveform: 'AAAA' })
    expect(heard[0]?.flags.has(MessageFlags.IsVoiceMessage)).toBe(true)
    expect(await fetch(file?.url ?? '').then((response) => response.text())).toBe('OggS')
  })

  it('tells of edits, deletions and previews', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const { discord, channel, alice, bot } = scene
    const seen: string[] = []
    bot.on('messageUpdate', (_old, now) => void seen.push(`${now.content} ${now.editedTimestamp !== null}`))
    bot.on('messageDelete', ({ id }) => void seen.push(id))
    bot.on('messageDeleteBulk', (messages) => void seen.push(...messages.keys()))
    const said = alice.says(channel, 'see https://example.org/a and <https://example.org/b>')
    expect(discord.world.fetchedLinks(said)).toEqual(['https://example.org/a'])
    discord.world.previewsArrive(said)
    alice.edits(said, 'changed')
    alice.deletes(said)
    const more = [alice.says(channel, 'one'), alice.says(channel, 'two')]
    alice.purges(more)
    await discord.world.waitFor('five events', () => (seen.length === 5 ? seen : undefined))
    const [preview, edit, ...deleted] = seen
    expect(preview).toMatch(/^see .* false$/)
    expect(edit).toBe('changed true')
    expect(deleted).toEqual([said.id, ...more.map(({ id }) => id)])
    expect(said.versions.map(({ content }) => content)).toEqual([said.versions[0]?.content, 'changed'])
  })
})

describe('a reaction', () => {
  it('goes both ways', async () => {
    const intents = [...standardIntents, GatewayIntentBits.GuildMessageReactions]
    await using scene = await startScene({}, { intents })
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const seen: string[] = []
    bot.on('messageReactionAdd', ({ emoji }, { id }) => void seen.push(`+${emoji.name} ${id}`))
    bot.on('messageReactionRemove', ({ emoji }, { id }) => void seen.push(`-${emoji.name} ${id}`))
    const said = alice.says(channel, 'hello', { mentionBot: true })
    await discord.world.waitFor('the message', () => heard[0])
    await heard[0]?.react('👀')
    alice.reacts(said, '👍')
    alice.unreacts(said, '👍')
    await discord.world.waitFor('three events', () => seen[2])
    expect(seen).toEqual([`+👀 ${bot.user.id}`, `+👍 ${alice.id}`, `-👍 ${alice.id}`])
    expect(said.reactions).toEqual(new Map([['👀', new Set([bot.user.id])]]))
  })
})

describe('a message of the bot', () => {
  it('keeps every version with its time', async () => {
    await using scene = await startScene()
    const target = await sendable(scene.bot, scene.channel)
    await target.sendTyping()
    const sent = await target.send('one')
    await sent.edit('one two')
    await sent.edit({ content: 'one two three', allowedMentions: { parse: [] } })
    const record = scene.discord.world.message(sent.id)
    expect(record?.versions.map(({ content }) => content)).toEqual(['one', 'one two', 'one two three'])
    expect(scene.discord.world.typing).toMatchObject([
      { channelId: scene.channel.id, userId: scene.bot.user.id },
    ])
    await sent.delete()
    expect(record?.deletedAt).toBeDefined()
  })

  it('pings whom its allowed mentions let it ping', async () => {
    await using scene = await startScene({}, {})
    const { discord, guild, channel, alice, bot } = scene
    const roleId = guild.role('friends', 0n)
    guild.addBot(PermissionFlagsBits.MentionEveryone)
    const target = await sendable(bot, channel)
    const content = `@everyone <@${alice.id}> <@&${roleId}>`
    const loud = discord.world.message((await target.send(content)).id)
    const quiet = discord.world.message((await target.send({ content, allowedMentions: { parse: [] } })).id)
    const chosen = discord.world.message(
      (await target.send({ content, allowedMentions: { users: [alice.id] } })).id,
    )
    expect(loud?.pings).toEqual({ everyone: true, userIds: new Set([alice.id]), roleIds: new Set([roleId]) })
    expect(quiet?.pings).toEqual({ everyone: false, userIds: new Set(), roleIds: new Set() })
    expect(chosen?.pings).toEqual({ everyone: false, userIds: new Set([alice.id]), roleIds: new Set() })
    const clash = { content, allowedMentions: { parse: ['users' as const], users: [alice.id] } }
    expect(await errorOf(target.send(clash))).toMatchObject({ status: 400, code: 50035 })
  })

  it('pings the author of what it replies to unless told not to', async () => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const said = alice.says(channel, 'hello', { mentionBot: true })
    await discord.world.waitFor('the message', () => heard[0])
    await heard[0]?.reply('loud')
    await heard[0]?.reply({ content: 'quiet', allowedMentions: { repliedUser: false } })
    const pinged = discord.world.repliesTo(said).map(({ pings }) => [...pings.userIds])
    expect(pinged).toEqual([[alice.id], []])
  })

  it('is sent once however often its enforced nonce comes back', async () => {
    await using scene = await startScene({ nonceWindowMs: 60_000 })
    const { discord, channel, bot } = scene
    const target = await sendable(bot, channel)
    const send = () => target.send({ content: 'once', nonce: 'n1', enforceNonce: true })
    const [first, second] = [await send(), await send()]
    expect(second.id).toBe(first.id)
    expect(channel.messages).toHaveLength(1)
    discord.clock.advance(61_000)
    expect((await send()).id).not.toBe(first.id)
    const tooLong = target.send({ content: 'x', nonce: 'x'.repeat(26), enforceNonce: true })
    expect(await errorOf(tooLong)).toMatchObject({ status: 400, code: 50035 })
  })

  it('carries files that can be downloaded again', async () => {
    await using scene = await startScene()
    const target = await sendable(scene.bot, scene.channel)
    const bytes = Buffer.from([0, 1, 2, 255, 13, 10])
    const sent = await target.send({
      content: 'a file',
      files: [{ attachment: bytes, name: 'a b.bin', description: 'six bytes' }],
    })
    const file = sent.attachments.first()
    expect(file).toMatchObject({ name: 'a b.bin', size: 6, description: 'six bytes' })
    const downloaded = await fetch(file?.url ?? '').then((response) => response.arrayBuffer())
    expect(Buffer.from(downloaded)).toEqual(bytes)
  })

  it.each([
    ['nothing in it', { content: '' }, 50006],
    ['more than 2000 characters', { content: 'x'.repeat(2_001) }, 50035],
    ['a reply to nothing', { content: 'x', reply: { messageReference: '1', failIfNotExists: true } }, 50035],
  ])('is refused with %s', async (_name, body, code) => {
    await using scene = await startScene()
    const target = await sendable(scene.bot, scene.channel)
    expect(await errorOf(target.send(body))).toMatchObject({ status: 400, code })
    expect(scene.channel.messages).toHaveLength(0)
  })

  it('is refused where Discord would refuse it', async () => {
    await using scene = await startScene()
    const { guild, channel, alice, bot } = scene
    const post = (channelId: string) =>
      bot.rest.post(`/channels/${channelId}/messages`, { body: { content: 'x' } })
    const said = alice.says(channel, 'mine')
    const edit = bot.rest.patch(`/channels/${channel.id}/messages/${said.id}`, { body: { content: 'x' } })
    expect(await errorOf(edit)).toMatchObject({ status: 403, code: 50005 })
    expect(await errorOf(bot.rest.get(`/channels/${channel.id}/messages/1`))).toMatchObject({ code: 10008 })
    expect(await errorOf(post('1'))).toMatchObject({ status: 404, code: 10003 })
    const muted = guild.channel('muted')
    muted.deny(PermissionFlagsBits.SendMessages)
    expect(await errorOf(post(muted.id))).toMatchObject({ status: 403, code: 50013 })
    alice.closesDms()
    expect(await errorOf(bot.users.send(alice.id, 'x'))).toMatchObject({ status: 403, code: 50007 })
  })

  it('is listed newest first, with paging', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const texts = ['one', 'two', 'three', 'four', 'five']
    const said = texts.map((text) => scene.alice.says(scene.channel, text))
    const target = await sendable(scene.bot, scene.channel)
    const contents = async (options: object) =>
      [...(await target.messages.fetch({ cache: false, ...options })).values()].map(({ content }) => content)
    expect(await contents({ limit: 2 })).toEqual(['five', 'four'])
    expect(await contents({ limit: 2, before: said[2]?.id })).toEqual(['two', 'one'])
    expect(await contents({ limit: 2, after: said[1]?.id })).toEqual(['four', 'three'])
    expect(await contents({ limit: 3, around: said[2]?.id })).toEqual(['four', 'three', 'two'])
  })
})

describe('threads and direct messages', () => {
  it('begin from a message, and are talked in', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const said = alice.says(channel, 'a long story')
    await discord.world.waitFor('the message', () => heard[0])
    const thread = await heard[0]?.startThread({ name: 'story' })
    expect(thread).toMatchObject({ id: said.id, type: ChannelType.PublicThread, parentId: channel.id })
    const there = channel.threadOf(said)
    if (there === undefined) throw new Error('no thread')
    alice.says(there, 'chapter one')
    await discord.world.waitFor('the chapter', () => heard[1])
    await heard[1]?.reply({ content: 'go on', flags: MessageFlags.SuppressNotifications })
    expect(there.messages.map(({ content }) => content)).toEqual(['', 'chapter one', 'go on'])
    const again = bot.rest.post(`/channels/${channel.id}/messages/${said.id}/threads`, {
      body: { name: 'again' },
    })
    expect(await errorOf(again)).toMatchObject({ status: 400, code: 160004 })
  })

  it('wake up from the archive when somebody speaks', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const { discord, channel, alice, bot } = scene
    const thread = channel.thread('old', alice)
    thread.archive()
    const awake = new Promise((resolve) =>
      bot.on('threadUpdate', (_old, now) => !now.archived && resolve(now.id)),
    )
    alice.says(thread, 'hello?')
    expect(await awake).toBe(thread.id)
    expect(discord.ledger.of('stand-in.failed')).toEqual([])
  })

  it('are hidden when private, until the bot is invited', async () => {
    await using scene = await startScene(withContent.options, withContent.client)
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const secret = channel.thread('secret', alice, { isPrivate: true })
    alice.says(secret, 'nobody hears this')
    secret.invite()
    alice.says(secret, 'but this')
    await discord.world.waitFor('the message', () => heard[0])
    expect(heard.map(({ content }) => content)).toEqual(['but this'])
  })

  it('let the bot write to a person first', async () => {
    await using scene = await startScene()
    await scene.bot.users.send(scene.alice.id, 'hello alice')
    expect(scene.alice.dm.messages.map(({ content }) => content)).toEqual(['hello alice'])
  })
})
