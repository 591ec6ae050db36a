import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditAnswers } from '#test/support/discord/audit.ts'
import { spawnDiscordStandIn } from '#test/support/discord/remote.ts'
import { createBot, login, startScene } from './bot.ts'

describe('the audit of answers', () => {
  it('finds what was lost, doubled or out of order', async () => {
    await using scene = await startScene({ rateLimits: false })
    const { discord, channel, alice, bot } = scene
    const said = ['one', 'two', 'three', 'four'].map((text) => alice.says(channel, text))
    const [one, two, three] = said.map(({ id }) => id)
    const route = `/channels/${channel.id}/messages` as const
    for (const id of [two, one, three, three]) {
      await bot.rest.post(route, { body: { content: 'x', message_reference: { message_id: id } } })
    }
    const owed = said.map(({ id }) => id)
    const audit = auditAnswers(discord.ledger.entries, { owed, botId: bot.user.id })
    expect(audit).toEqual({ answered: 3, lost: [owed[3]], doubled: [three], outOfOrder: [two] })
    const [again] = discord.world.botMessages.slice(-1)
    if (again) await bot.rest.delete(`${route}/${again.id}`)
    expect(auditAnswers(discord.ledger.entries, { owed, botId: bot.user.id }).doubled).toEqual([])
  })
})

describe('a stand-in in its own process', () => {
  it('is driven from outside and leaves its ledger in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'discord-'))
    const ledgerFile = join(folder, 'ledger.jsonl')
    try {
      await using discord = await spawnDiscordStandIn({ ledgerFile, rateLimits: false })
      const guildId = await discord.call('guild', {})
      const channelId = await discord.call('channel', { guildId, name: 'general' })
      const { personId } = await discord.call('person', { name: 'alice', guildIds: [guildId] })
      const bot = await login(createBot(discord), discord.token)
      bot.on('messageCreate', async (message) => {
        if (message.author.id !== bot.user.id) await message.reply('here')
      })
      const messageId = await discord.call('says', { personId, channelId, text: 'hello', mentionBot: true })
      const reply = await discord.call('waitForReply', { messageId, deadlineMs: 5_000 })
      expect(reply).toMatchObject({ content: 'here', replyTo: messageId })
      await expect(discord.call('says', { personId: '1', channelId, text: 'x' })).rejects.toThrow(/id 1/)
      const entries = await discord.call('ledger', {})
      expect(auditAnswers(entries, { owed: [messageId], botId: bot.user.id }).answered).toBe(1)
      await bot.destroy()
      const lines = readFileSync(ledgerFile, 'utf8').trim().split('\n')
      expect(lines.slice(0, entries.length).map((line) => JSON.parse(line).type)).toEqual(
        entries.map(({ type }) => type),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
