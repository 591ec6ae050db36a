import { InteractionResponseType, InteractionType } from 'discord-api-types/v10'
import type { InteractionRecord, MessageRecord } from '../state/records.ts'
import type { InteractionData } from './invoke.ts'
import { NotAllowedError } from './not-allowed-error.ts'

interface Node {
  readonly type: number
  readonly custom_id?: string
  readonly disabled?: boolean
  readonly components?: readonly Node[]
  readonly component?: Node
  readonly accessory?: Node
}

export function clickData(message: MessageRecord, customId: string): InteractionData {
  const button = findComponent(message.components as readonly Node[], customId)
  return onMessage(message, customId, { custom_id: customId, component_type: button.type })
}

export function selectData(
  message: MessageRecord,
  customId: string,
  values: readonly string[],
): InteractionData {
  const select = findComponent(message.components as readonly Node[], customId)
  return onMessage(message, customId, { custom_id: customId, component_type: select.type, values })
}

function onMessage(message: MessageRecord, name: string, data: object): InteractionData {
  return { type: InteractionType.MessageComponent, name, data, message }
}

/** The fields of the modal that an interaction was answered with, filled in. */
export function modalData(
  { answer }: InteractionRecord,
  fields: Readonly<Record<string, string>>,
): InteractionData {
  if (answer?.type !== InteractionResponseType.Modal) throw new NotAllowedError('no modal is open')
  const { custom_id: customId, components } = answer.data
  const data = {
    custom_id: customId,
    components: (components as readonly Node[]).map((node) => filledIn(node, fields)),
  }
  return { type: InteractionType.ModalSubmit, name: customId, data }
}

function filledIn(node: Node, fields: Readonly<Record<string, string>>): object {
  const { type, custom_id: customId } = node
  if (node.components !== undefined)
    return { type, components: node.components.map((n) => filledIn(n, fields)) }
  if (node.component !== undefined) return { type, component: filledIn(node.component, fields) }
  return { type, custom_id: customId, value: fields[customId ?? ''] ?? '' }
}

function findComponent(nodes: readonly Node[], customId: string): Node {
  const found = flatten(nodes).find((node) => node.custom_id === customId)
  if (found === undefined) throw new NotAllowedError(`the message has no component "${customId}"`)
  if (found.disabled === true) throw new NotAllowedError(`the component "${customId}" is disabled`)
  return found
}

function flatten(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => {
    const inner = [...(node.components ?? []), node.component, node.accessory].filter((n) => n !== undefined)
    return [node, ...flatten(inner)]
  })
}
