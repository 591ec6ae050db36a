import { GatewayIntentBits, PermissionFlagsBits } from 'discord.js'

/**
 * What Discord tells us of. Without the privileged message content intent, a message's text arrives only in direct
 * messages, in messages that mention us and in our own (developers/events/gateway.mdx, "Message Content Intent").
 */
export const intents =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.GuildVoiceStates

/** A reply needs the history; the reaction says that it is quiet time; a stage is spoken on when its moderators agree. */
const permissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.Connect |
  PermissionFlagsBits.Speak |
  PermissionFlagsBits.RequestToSpeak

/** Where an administrator invites the bot, with no more rights than it uses. */
export function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: permissions.toString(),
  })
  return `https://discord.com/oauth2/authorize?${query}`
}
