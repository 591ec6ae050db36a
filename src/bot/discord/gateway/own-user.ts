import { type Client, ClientUser } from 'discord.js'
import type { Identity } from './sessions.ts'

/**
 * discord.js learns from READY who we are. A session that is resumed from an earlier process has none, and the first voice
 * state would end this process: its handler reads `client.user` unchecked (discord.js 14.28, VoiceStateUpdate.js).
 */
export function knowOwnUser(client: Client, identity: Identity | undefined): void {
  if (client.user !== null || identity === undefined) return
  const user: unknown = Reflect.construct(ClientUser, [client, { id: identity.userId, bot: true }])
  if (user instanceof ClientUser) client.user = user
}
