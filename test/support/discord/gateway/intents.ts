import { GatewayIntentBits } from 'discord-api-types/v10'

/** Which intent an event needs: in a guild, and in a direct message. Events not listed always arrive. */
const needed: Readonly<Record<string, { guild: number; direct?: number }>> = {
  ...every(['GUILD_CREATE', 'GUILD_UPDATE', 'GUILD_DELETE'], GatewayIntentBits.Guilds),
  ...every(['CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE'], GatewayIntentBits.Guilds),
  ...every(['THREAD_CREATE', 'THREAD_UPDATE', 'THREAD_DELETE'], GatewayIntentBits.Guilds),
  ...every(['GUILD_ROLE_CREATE', 'GUILD_ROLE_UPDATE', 'GUILD_ROLE_DELETE'], GatewayIntentBits.Guilds),
  ...every(['GUILD_MEMBER_ADD', 'GUILD_MEMBER_REMOVE'], GatewayIntentBits.GuildMembers),
  ...every(
    ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'MESSAGE_DELETE_BULK'],
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
  ),
  ...every(
    ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE'],
    GatewayIntentBits.GuildMessageReactions,
    GatewayIntentBits.DirectMessageReactions,
  ),
  ...every(['VOICE_STATE_UPDATE'], GatewayIntentBits.GuildVoiceStates),
  ...every(['TYPING_START'], GatewayIntentBits.GuildMessageTyping, GatewayIntentBits.DirectMessageTyping),
}

function every(
  events: string[],
  guild: number,
  direct?: number,
): Record<string, { guild: number; direct?: number }> {
  const intents = direct === undefined ? { guild } : { guild, direct }
  return Object.fromEntries(events.map((event) => [event, intents]))
}

/** The table of developers/events/gateway.mdx, "List of Intents", as far as this stand-in sends events. */
export function isWanted(event: string, isDirect: boolean, intents: number): boolean {
  const intent = needed[event]
  if (intent === undefined) return true
  const bit = isDirect ? (intent.direct ?? intent.guild) : intent.guild
  return (intents & bit) !== 0
}

export const privilegedIntents =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent

const knownIntents = Object.values(GatewayIntentBits)
  .filter((bit): bit is GatewayIntentBits => typeof bit === 'number')
  .reduce((all: number, bit) => all | bit, 0)

export function areValid(intents: number): boolean {
  return Number.isInteger(intents) && intents >= 0 && (intents & ~knownIntents) === 0
}
