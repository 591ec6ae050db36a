import {
  type APIInteractionResponse,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { firstAnswerMs } from '../../state/interaction-times.ts'
import { checkNotEmpty, type MessageBody } from '../../state/message-body.ts'
import { toApiMessage } from '../../state/message-payload.ts'
import { createMessage, editMessage, type MessageDraft } from '../../state/messages.ts'
import type { InteractionRecord, MessageRecord } from '../../state/records.ts'
import type { DiscordState } from '../../state/state.ts'
import { alreadyAnswered, invalidForm, unknownInteraction } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { noContent, ok, type RestReply, type Route } from '../route.ts'
import { commonDraft, readMessageBody } from '../sending.ts'

export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/:interactionId/:token/callback',
    bucket: 'interaction.callback',
    needsToken: false,
    handle: callback,
  },
]

const Callback = z.object({ type: z.number().int(), data: z.unknown().optional() })

function callback(request: RestRequest): RestReply {
  const { state } = request
  const interaction = openInteraction(request)
  const { type, data } = parseWith(Callback, request.json)
  if (!fittingAnswers(interaction).includes(type)) {
    throw invalidForm(
      ['type'],
      'INTERACTION_CALLBACK_TYPE_INVALID',
      `type ${type} does not fit the interaction`,
    )
  }
  const message = carryOut({ ...request, json: data ?? {} }, interaction, type)
  // Recorded only now: an answer that was refused (too long, empty) may be tried again.
  interaction.answer = { type, data } as APIInteractionResponse
  interaction.answeredAt = state.clock.now()
  if (message !== undefined) remember(interaction, message)
  state.ledger.append({ type: 'interaction.answered', interactionId: interaction.id, kind: type })
  return request.query.get('with_response') === 'true'
    ? ok(described(state, interaction, type, message))
    : noContent
}

function remember(interaction: InteractionRecord, message: MessageRecord): void {
  interaction.originalId = message.id
  if (message.id !== interaction.sourceMessageId) interaction.messageIds.push(message.id)
}

function openInteraction(request: RestRequest): InteractionRecord {
  const interaction = request.state.interactions.get(param(request, 'token'))
  if (interaction === undefined || interaction.id !== param(request, 'interactionId'))
    throw unknownInteraction()
  if (interaction.answer !== undefined) throw alreadyAnswered()
  if (request.state.clock.now() - interaction.createdAt > firstAnswerMs) throw unknownInteraction()
  return interaction
}

/** Which callback types an interaction takes (receiving-and-responding.mdx, "Interaction Callback Type"). */
function fittingAnswers({ type, sourceMessageId }: InteractionRecord): readonly number[] {
  const { ChannelMessageWithSource, DeferredChannelMessageWithSource, Modal, LaunchActivity } =
    InteractionResponseType
  const { UpdateMessage, DeferredMessageUpdate, ApplicationCommandAutocompleteResult } =
    InteractionResponseType
  if (type === InteractionType.ApplicationCommandAutocomplete) return [ApplicationCommandAutocompleteResult]
  const messages = [ChannelMessageWithSource, DeferredChannelMessageWithSource, LaunchActivity]
  const updates = sourceMessageId === undefined ? [] : [UpdateMessage, DeferredMessageUpdate]
  return type === InteractionType.ModalSubmit ? [...messages, ...updates] : [...messages, ...updates, Modal]
}

/** Does what the answer says; returns the message that `@original` means from now on. */
function carryOut(
  request: RestRequest,
  interaction: InteractionRecord,
  type: number,
): MessageRecord | undefined {
  const { state } = request
  switch (type) {
    case InteractionResponseType.ChannelMessageWithSource:
      return answerMessage(request, interaction)
    case InteractionResponseType.DeferredChannelMessageWithSource:
      return loadingMessage(request, interaction)
    case InteractionResponseType.UpdateMessage:
      return updateSource(request, interaction)
    case InteractionResponseType.DeferredMessageUpdate:
      return state.messages.get(interaction.sourceMessageId ?? '')
    default:
      return undefined
  }
}

/** A message through the interaction's token: the first answer and every follow-up. */
export function answerMessage(request: RestRequest, interaction: InteractionRecord): MessageRecord {
  const body = readMessageBody(request)
  checkNotEmpty(body, request.files.length)
  return post(request.state, interaction, body, commonDraft(request, body))
}

/** "Thinking…": of the body only the ephemeral flag counts. */
function loadingMessage(request: RestRequest, interaction: InteractionRecord): MessageRecord {
  const body = readMessageBody(request)
  const { state } = request
  return post(state, interaction, body, { author: state.bot, content: '', flags: MessageFlags.Loading })
}

function post(
  state: DiscordState,
  interaction: InteractionRecord,
  body: MessageBody,
  draft: MessageDraft,
): MessageRecord {
  const channel = state.channels.get(interaction.channelId)
  if (channel === undefined) throw unknownInteraction()
  const ephemeral = (body.flags ?? 0) & MessageFlags.Ephemeral
  return createMessage(state, channel, {
    ...draft,
    flags: (draft.flags ?? 0) | ephemeral,
    interaction,
    type: messageTypeOf(interaction),
    onlyFor: ephemeral === 0 ? undefined : interaction.userId,
  })
}

function messageTypeOf({ type, isMenu }: InteractionRecord): MessageType {
  if (type !== InteractionType.ApplicationCommand) return MessageType.Default
  return isMenu ? MessageType.ContextMenuCommand : MessageType.ChatInputCommand
}

function updateSource(request: RestRequest, interaction: InteractionRecord): MessageRecord | undefined {
  const source = request.state.messages.get(interaction.sourceMessageId ?? '')
  if (source === undefined) return undefined
  const { content, embeds, components, allowed_mentions: allowedMentions } = readMessageBody(request)
  editMessage(request.state, source, { content, embeds, components, allowedMentions })
  return source
}

function described(
  state: DiscordState,
  interaction: InteractionRecord,
  type: number,
  message: MessageRecord | undefined,
): object {
  const flags = message?.flags ?? 0
  const told =
    message === undefined
      ? {}
      : {
          response_message_id: message.id,
          response_message_loading: (flags & MessageFlags.Loading) !== 0,
          response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
        }
  return {
    interaction: { id: interaction.id, type: interaction.type, ...told },
    resource: { type, ...(message === undefined ? {} : { message: toApiMessage(state, message) }) },
  }
}
