import { ApplicationCommandType } from 'discord-api-types/v10'
import { z } from 'zod'
import { invalidForm } from './errors.ts'

const translations = z.record(z.string(), z.string()).nullish()

/** The bounds of application-commands.mdx, "Application Command Structure"; what is not listed passes. */
const CommandBody = z.looseObject({
  name: z.string().min(1).max(32),
  name_localizations: translations,
  type: z.number().int().min(1).max(4).default(ApplicationCommandType.ChatInput),
  description: z.string().max(100).optional(),
  description_localizations: translations,
  options: z
    .array(z.looseObject({ name: z.string().max(32), type: z.number() }))
    .max(25)
    .optional(),
  default_member_permissions: z.string().nullish(),
  nsfw: z.boolean().default(false),
})
export type CommandBody = z.infer<typeof CommandBody>

export const CommandBodies = z.array(CommandBody)

/** Slash names: lower case letters of any script, digits, `-` and `_` ("Application Command Naming"). */
const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

/** "Registering a Command" */
const mostOfKind: Readonly<Record<number, number>> = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
}

/** What the schema cannot say: names of slash commands, names that clash, how many there may be. */
export function checkCommands(bodies: readonly CommandBody[]): void {
  for (const [index, body] of bodies.entries()) {
    if (body.type === ApplicationCommandType.ChatInput) checkSlash(index, body)
    const isRepeated = bodies
      .slice(0, index)
      .some(({ name, type }) => name === body.name && type === body.type)
    if (isRepeated) throw invalidForm([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Names must be unique')
  }
  for (const [type, ofKind] of Map.groupBy(bodies, (body) => body.type)) {
    if (ofKind.length <= (mostOfKind[type] ?? 1)) continue
    throw invalidForm([], 'APPLICATION_COMMANDS_MAX', 'Maximum number of application commands reached')
  }
}

function checkSlash(index: number, { name, description }: CommandBody): void {
  if (!slashName.test(name) || name !== name.toLowerCase()) {
    throw invalidForm([index, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
  }
  if (!description) throw invalidForm([index, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required')
}
