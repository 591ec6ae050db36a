import { GatewayIntentBits } from 'discord.js'
import { createBot, login, standardIntents } from '../bot.ts'
import { beginJoin } from './bot-voice.ts'

/**
 * A bot in its own process, with the library alone and nothing around it: `node bot-main.ts apiUrl token channelId`.
 * Prints each status of its voice connection.
 */
const [apiUrl = '', token = '', channelId = ''] = process.argv.slice(2)
const bot = await login(
  createBot({ apiUrl }, { intents: [...standardIntents, GatewayIntentBits.GuildVoiceStates] }),
  token,
)
const channel = await bot.channels.fetch(channelId)
if (channel?.isVoiceBased() !== true) throw new Error('that is no voice channel')
const connection = beginJoin(bot, { id: channelId, guildId: channel.guildId })
connection.on('stateChange', (_before, { status }) => console.log(status))

process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
