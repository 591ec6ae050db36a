import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10'
import { tokenLifeMs } from '../../state/interaction-times.ts'
import { toApiMessage } from '../../state/message-payload.ts'
import { deleteMessage } from '../../state/messages.ts'
import { type InteractionRecord, isGuildInstall, type MessageRecord } from '../../state/records.ts'
import { invalidForm, invalidWebhookToken, unknownMessage, unknownWebhook } from '../errors.ts'
import { param, type RestRequest } from '../request.ts'
import { noContent, ok, type RestReply, type Route } from '../route.ts'
import { changeMessage } from '../sending.ts'
import { answerMessage } from './interactions.ts'

const hook = '/webhooks/:applicationId/:token'
const message = `${hook}/messages/:messageId`
const shared = { bucket: 'webhook.write', needsToken: false } as const

/** What an interaction's token still allows after its first answer. */
export const webhookRoutes: readonly Route[] = [
  { method: 'POST', path: hook, ...shared, handle: followUp },
  { method: 'PATCH', path: message, ...shared, handle: edit },
  { method: 'DELETE', path: message, ...shared, handle: remove },
  { method: 'GET', path: message, ...shared, handle: get },
]

function followUp(request: RestRequest): RestReply {
  const { state } = request
  const interaction = answeredInteraction(request)
  const original = state.messages.get(interaction.originalId ?? '')
  // The first follow-up after a deferred answer fills that answer ("Create Followup Message").
  if (isStillLoading(interaction, original)) {
    changeMessage(request, original)
    return ok(toApiMessage(state, original))
  }
  checkAllowance(interaction)
  const sent = answerMessage(request, interaction)
  interaction.messageIds.push(sent.id)
  return ok(toApiMessage(state, sent))
}

/** A deferred answer that was deleted is not filled any more (discord/discord-api-docs#2739). */
function isStillLoading(
  { answer }: InteractionRecord,
  original: MessageRecord | undefined,
): original is MessageRecord {
  const wasDeferred = answer?.type === InteractionResponseType.DeferredChannelMessageWithSource
  if (original === undefined || original.deletedAt !== undefined) return false
  return wasDeferred && (original.flags & MessageFlags.Loading) !== 0
}

/** Five follow-ups where the app is only installed by the person ("Create Followup Message"). */
function checkAllowance(interaction: InteractionRecord): void {
  if (isGuildInstall(interaction.owners) || interaction.messageIds.length <= 5) return
  throw invalidForm([], 'INTERACTION_FOLLOWUP_LIMIT', 'Maximum number of follow up messages reached')
}

function edit(request: RestRequest): RestReply {
  const target = addressed(request)
  changeMessage(request, target)
  return ok(toApiMessage(request.state, target))
}

function remove(request: RestRequest): RestReply {
  deleteMessage(request.state, addressed(request), request.state.bot.id)
  return noContent
}

function get(request: RestRequest): RestReply {
  return ok(toApiMessage(request.state, addressed(request)))
}

function addressed(request: RestRequest): MessageRecord {
  const interaction = answeredInteraction(request)
  const wanted = param(request, 'messageId')
  const id = wanted === '@original' ? interaction.originalId : wanted
  const found = request.state.messages.get(id ?? '')
  const isOurs =
    found !== undefined && (interaction.messageIds.includes(found.id) || found.id === interaction.originalId)
  if (!isOurs || found.deletedAt !== undefined) throw unknownMessage()
  return found
}

function answeredInteraction(request: RestRequest): InteractionRecord {
  const { state } = request
  const interaction = state.interactions.get(param(request, 'token'))
  if (interaction === undefined || param(request, 'applicationId') !== state.bot.id) throw unknownWebhook()
  if (state.clock.now() - interaction.createdAt > tokenLifeMs) throw invalidWebhookToken()
  if (interaction.answer === undefined) throw unknownWebhook()
  return interaction
}
