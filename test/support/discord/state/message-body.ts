import {
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  MessageFlags,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { emptyMessage, invalidForm } from '../rest/errors.ts'

const anObject = (value: unknown) => typeof value === 'object' && value !== null

const AllowedMentions = z.object({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
  users: z.array(z.string()).max(100).optional(),
  roles: z.array(z.string()).max(100).optional(),
  replied_user: z.boolean().optional(),
})

/**
 * What a bot may put into a message, of create, edit and interaction answers alike
 * (developers/resources/message.mdx, "Create Message"). Unknown fields are ignored, as Discord does.
 */
export const MessageBody = z.object({
  content: z.string().nullish(),
  /** "up to 25 characters" */
  nonce: z.union([z.string().max(25), z.number().int()]).optional(),
  enforce_nonce: z.boolean().optional(),
  tts: z.boolean().optional(),
  embeds: z.array(z.custom<APIEmbed>(anObject)).max(10).nullish(),
  components: z.array(z.custom<APIMessageTopLevelComponent>(anObject)).max(40).nullish(),
  allowed_mentions: AllowedMentions.nullish().transform(
    (value) => value as APIAllowedMentions | null | undefined,
  ),
  message_reference: z
    .object({
      message_id: z.string(),
      channel_id: z.string().optional(),
      guild_id: z.string().optional(),
      type: z.number().optional(),
      fail_if_not_exists: z.boolean().optional(),
    })
    .optional(),
  attachments: z
    .array(
      z.object({ id: z.coerce.string(), filename: z.string().optional(), description: z.string().nullish() }),
    )
    .nullish(),
  flags: z.number().int().nullish(),
  sticker_ids: z.array(z.string()).max(3).optional(),
  poll: z.unknown().optional(),
})
export type MessageBody = z.infer<typeof MessageBody>

/**
 * Longest content, in UTF-16 units. Discord's page says "2000 characters" and not which; units are the strictest
 * reading, so what passes here passes there.
 */
const maxContentLength = 2_000

export function checkContent(body: MessageBody): void {
  if ((body.content ?? '').length > maxContentLength) {
    throw invalidForm(['content'], 'BASE_TYPE_MAX_LENGTH', 'Must be 2000 or fewer in length.')
  }
  const usesComponentsV2 = ((body.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0
  // developers/components/reference.mdx, "Legacy Message Component Behavior": the flag turns content and embeds off.
  if (usesComponentsV2 && (body.content || body.embeds?.length)) {
    throw invalidForm(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      'Not with IS_COMPONENTS_V2',
    )
  }
}

type Substance = Pick<MessageBody, 'content' | 'embeds' | 'components' | 'sticker_ids' | 'poll'> & {
  readonly attachments?: readonly unknown[] | null | undefined
}

/** Something must be seen of a message: else 50006. */
export function checkNotEmpty(body: Substance, fileCount: number): void {
  const lists = [body.embeds, body.components, body.sticker_ids, body.attachments]
  const hasSomething =
    (body.content ?? '').trim() !== '' ||
    fileCount > 0 ||
    lists.some((list) => (list?.length ?? 0) > 0) ||
    body.poll !== undefined
  if (!hasSomething) throw emptyMessage()
}
