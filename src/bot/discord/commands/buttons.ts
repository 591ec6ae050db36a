import { ButtonStyle, ComponentType } from 'discord.js'

export interface Button {
  /** The command's name, a colon and the action. */
  readonly id: `${string}:${string}`
  readonly label: string
  readonly isDangerous?: boolean
}

/** A row of buttons under a message. */
export function buttonRow(buttons: readonly Button[]) {
  const components = buttons.map(({ id, label, isDangerous = false }) => ({
    type: ComponentType.Button as const,
    style: isDangerous ? (ButtonStyle.Danger as const) : (ButtonStyle.Secondary as const),
    custom_id: id,
    label,
  }))
  return [{ type: ComponentType.ActionRow as const, components }]
}
