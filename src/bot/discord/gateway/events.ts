import { type Client, Events, GatewayDispatchEvents, WebSocketShardEvents } from 'discord.js'
import { z } from 'zod'
import type { Bot } from '../bot-context.ts'
import { onInteraction } from '../interactions/on-interaction.ts'
import { onMessageCreate } from '../messages/on-create.ts'
import { onMessageDelete, onMessageDeleteBulk } from '../messages/on-delete.ts'
import { onMessageUpdate } from '../messages/on-update.ts'
import type { Tasks } from '../tasks.ts'
import {
  onGuildCreate,
  onGuildDelete,
  onVoiceServerUpdate,
  onVoiceStateUpdate,
} from '../voice/on-voice-events.ts'
import { knowOwnUser } from './own-user.ts'
import type { GatewaySessions } from './sessions.ts'

type Handler = (bot: Bot, payload: unknown) => Promise<void>

const handlers: Readonly<Record<string, Handler>> = {
  [GatewayDispatchEvents.MessageCreate]: onMessageCreate,
  [GatewayDispatchEvents.MessageUpdate]: onMessageUpdate,
  [GatewayDispatchEvents.MessageDelete]: onMessageDelete,
  [GatewayDispatchEvents.MessageDeleteBulk]: onMessageDeleteBulk,
  [GatewayDispatchEvents.InteractionCreate]: onInteraction,
  [GatewayDispatchEvents.GuildCreate]: onGuildCreate,
  [GatewayDispatchEvents.GuildDelete]: onGuildDelete,
  [GatewayDispatchEvents.VoiceStateUpdate]: onVoiceStateUpdate,
  [GatewayDispatchEvents.VoiceServerUpdate]: onVoiceServerUpdate,
}

const Packet = z.object({ t: z.string(), s: z.number(), d: z.unknown() })
const Ready = z.object({ user: z.object({ id: z.string() }), application: z.object({ id: z.string() }) })

export interface EventsOptions {
  readonly client: Client
  readonly sessions: GatewaySessions
  readonly tasks: Tasks
  readonly signal: AbortSignal
  /** Asked for at the first event that needs it; by then it is known who we are. */
  readonly bot: () => Bot
}

/**
 * Hands Discord's events to their handlers as they come. They are read raw because discord.js leaves out what its caches
 * cannot place: messages in threads it has not seen, deletions of messages it does not hold.
 */
export function listen(options: EventsOptions): void {
  const { client, sessions } = options
  client.on(Events.Raw, (raw: unknown, shardId: number) => {
    const packet = Packet.safeParse(raw)
    if (!packet.success) return
    if (packet.data.t === GatewayDispatchEvents.Ready) sessions.identity = identityIn(packet.data.d)
    if (packet.data.t !== GatewayDispatchEvents.Ready) knowOwnUser(client, sessions.identity)
    if (packet.data.t === GatewayDispatchEvents.Resumed) countAsReady(client, shardId)
    dispatch(options, packet.data, shardId)
  })
}

function identityIn(payload: unknown) {
  const { user, application } = Ready.parse(payload)
  return { userId: user.id, applicationId: application.id }
}

function dispatch(
  { sessions, tasks, signal, bot }: EventsOptions,
  { t, s, d }: z.infer<typeof Packet>,
  shardId: number,
): void {
  const handler = handlers[t]
  if (handler === undefined) return
  const done = sessions.begin(shardId, s)
  tasks.run(t, async () => {
    try {
      await handler(bot(), d)
    } finally {
      // What stopping interrupted stays open, so that Discord repeats it to the next process.
      if (!signal.aborted) done()
    }
  })
}

/** A session resumed from an earlier process begins without READY, which discord.js waits for before it is ready. */
function countAsReady(client: Client, shardId: number): void {
  if (!client.isReady()) client.ws.shards.get(shardId)?.emit(WebSocketShardEvents.AllReady)
}
