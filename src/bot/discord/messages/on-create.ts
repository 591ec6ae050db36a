import { Routes } from 'discord.js'
import { turnIdOf } from '#core/chat/turn-id.ts'
import type { Author, ChatRequest } from '#core/protocol/chat.ts'
import { takeQuestion } from '../answers/take-question.ts'
import type { Bot, KnownQuestion } from '../bot-context.ts'
import { welcomeAt } from '../guild-rules.ts'
import { messageBody } from '../rest/message-body.ts'
import { strings } from '../strings.ts'
import { chatRequest } from './chat-request.ts'
import { displayNameOf, IncomingMessage } from './incoming.ts'
import { type Addressing, addressingOf, readableText } from './mentions.ts'
import { listenTo, voiceMessageIn } from './voice-message.ts'

/** MESSAGE_CREATE: somebody may have said something to us. Resolves when the question is safe in the queue. */
export async function onMessageCreate(bot: Bot, payload: unknown): Promise<void> {
  const message = IncomingMessage.parse(payload)
  const addressing = addressingOf(message, bot.identity.userId)
  if (addressing === undefined || bot.questions.get(message.id) !== undefined) return
  const question = questionOf(message)
  bot.questions.set(message.id, question)
  await bot.lanes.run(message.author.id, () => handle(bot, { message, addressing, question }))
}

function questionOf({ id, channel_id, author, member }: IncomingMessage): KnownQuestion {
  const name = displayNameOf(author, member)
  const asked: Author = { platform: 'discord', platformUserId: author.id, displayName: name }
  return {
    turnId: turnIdOf(asked, id),
    author: asked,
    messageId: id,
    address: { kind: 'message', channelId: channel_id, messageId: id },
    isDeleted: false,
  }
}

interface Arrival {
  readonly message: IncomingMessage
  readonly addressing: Addressing
  readonly question: KnownQuestion
}

async function handle(bot: Bot, { message, addressing, question }: Arrival): Promise<void> {
  const { channel_id: channelId, guild_id: guildId } = message
  const place = await bot.places.find(channelId, guildId)
  const welcome = guildId === undefined ? 'welcome' : welcomeAt(await bot.rules.read(guildId), place)
  if (welcome === 'quiet') await showQuiet(bot, message)
  if (welcome !== 'welcome') return
  const said = await whatWasSaidOrSpoken(bot, message)
  if (said === undefined) return
  if (said.text === '') return await hint(bot, message, addressing)
  const { author, address, messageId } = question
  await takeQuestion(bot, question, chatRequest({ author, place, messageId, address, ...said }))
}

/** A sign is seen by the one who asked and disturbs nobody. */
async function showQuiet({ rest }: Bot, { channel_id, id }: IncomingMessage): Promise<void> {
  await rest
    .put(Routes.channelMessageOwnReaction(channel_id, id, encodeURIComponent('🌙')))
    .catch(() => undefined)
}

/** Undefined when it was a voice message that could not be listened to, and the person has been told. */
async function whatWasSaidOrSpoken(
  bot: Bot,
  message: IncomingMessage,
): Promise<Pick<ChatRequest, 'text' | 'quoted'> | undefined> {
  const said = whatWasSaid(message, bot.identity.userId)
  const voice = voiceMessageIn(message)
  if (voice === undefined) return said
  const heard = await listenTo(voice, bot)
  if (heard.kind === 'text') return { ...said, text: heard.text }
  await reply(bot, message, heard.sentence)
  return undefined
}

/** A bare mention in reply to something asks about that. */
function whatWasSaid(message: IncomingMessage, selfId: string): Pick<ChatRequest, 'text' | 'quoted'> {
  const text = readableText(message, selfId)
  const { referenced_message: referenced } = message
  const quotedText = referenced ? readableText(referenced, selfId) : ''
  if (!referenced || quotedText === '') return { text }
  const quoted = { displayName: displayNameOf(referenced.author), text: quotedText }
  const isBareMention = text === '' && referenced.author.id !== selfId && message.content !== ''
  return { text: isBareMention ? strings.askAboutThis.en : text, quoted }
}

const hintEveryMs = 60_000

/** Words that we could not read are answered by how to be heard, now and then. */
async function hint(bot: Bot, message: IncomingMessage, addressing: Addressing): Promise<void> {
  if (!bot.hints.passes(`hint ${addressing} ${message.author.id}`, hintEveryMs)) return
  await reply(bot, message, hintFor(message, addressing))
}

async function reply(bot: Bot, message: IncomingMessage, sentence: string): Promise<void> {
  const body = {
    ...messageBody(sentence),
    message_reference: { message_id: message.id, fail_if_not_exists: true },
    nonce: `hint-${message.id}`.slice(0, 25),
    enforce_nonce: true,
  }
  await bot.rest.post(Routes.channelMessages(message.channel_id), { body }).catch(() => undefined)
}

function hintFor({ attachments, sticker_items }: IncomingMessage, addressing: Addressing): string {
  if (attachments.length + sticker_items.length > 0) return strings.onlyText
  return addressing === 'reply' ? strings.unreadableReply : strings.emptyQuestion
}
