import { ChannelType, MessageFlags, MessageType } from 'discord-api-types/v10'
import { createChannel } from './channels.ts'
import { announceUpdate, createMessage } from './messages.ts'
import type { ChannelRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface NewThread {
  readonly name: string
  readonly ownerId: string
  readonly isPrivate?: boolean | undefined
  readonly fromMessage?: MessageRecord | undefined
}

/** A thread from a message has that message's id (threads.mdx, "Public & Private Threads"). */
export function createThread(state: DiscordState, parent: ChannelRecord, wanted: NewThread): ChannelRecord {
  const { name, ownerId, isPrivate, fromMessage } = wanted
  const thread = createChannel(state, {
    type: isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread,
    name,
    id: fromMessage?.id,
    guildId: parent.guildId,
    parentId: parent.id,
    ownerId,
  })
  if (fromMessage !== undefined) attach(state, thread, fromMessage)
  return thread
}

/** The message gets a flag, and the thread begins with a system message that points to it ("New Message Types"). */
function attach(state: DiscordState, thread: ChannelRecord, message: MessageRecord): void {
  message.threadId = thread.id
  message.flags |= MessageFlags.HasThread
  announceUpdate(state, message)
  const author = state.users.get(thread.ownerId ?? '')
  if (author === undefined) return
  const type = MessageType.ThreadStarterMessage
  createMessage(state, thread, {
    author,
    content: '',
    type,
    replyTo: message,
    allowedMentions: { parse: [] },
  })
}
