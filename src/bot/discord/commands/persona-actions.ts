import { z } from 'zod'
import { PersonalWishes, PersonaOverride } from '#core/chat/persona.ts'
import { channelScope, guildScope, personScope, resolvePersona } from '#core/chat/place-settings.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { deleteSetting, getSetting, setSetting } from '#core/store/settings.ts'
import { strings } from '../strings.ts'
import type { CommandContext } from './command.ts'
import { mayManageServer } from './permissions.ts'
import { replyPrivately } from './reply-privately.ts'

const Where = z.enum(['server', 'channel', 'me'])
type Where = z.infer<typeof Where>

/** What an option is called, and the field of the setting that it fills. */
const fields: Readonly<Record<string, string>> = {
  name: 'name',
  personality: 'personality',
  style: 'style',
  greeting: 'greeting',
  'call-me': 'callMe',
  language: 'language',
}

export async function showPersona(context: CommandContext): Promise<void> {
  const { bot, caller } = context
  const { personId } = await ensureAuthor(bot.db, caller.author)
  const reader = {
    readSetting: (scope: string, key: string) => getSetting(bot.db, scope, key),
    logger: bot.logger,
  }
  const at = { platform: 'discord', place: caller.place, personId } as const
  const { persona, wishes } = await resolvePersona(bot.persona, at, reader)
  const labels = strings.personaLabels
  const rows: readonly (readonly [string, string | undefined])[] = [
    [labels.personality, persona.personality],
    [labels.style, persona.style],
    [labels.greeting, persona.greeting],
    [labels.callMe, wishes.callMe],
    [labels.wishedStyle, wishes.style],
    [labels.language, wishes.language],
  ]
  const lines = rows.flatMap(([label, value]) =>
    value === undefined ? [] : [strings.personaField(label, value)],
  )
  await replyPrivately(context, [strings.personaHere(persona.name), ...lines].join('\n'))
}

/** Changes what is given and keeps the rest. */
export async function setPersona(
  context: CommandContext,
  path: string,
  values: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  const where = Where.parse(path)
  const refusal = whyNot(context, where)
  if (refusal !== undefined) return await replyPrivately(context, refusal)
  const given = Object.entries(values).map(([option, value]) => [fields[option] ?? option, value])
  if (given.length === 0) return await replyPrivately(context, strings.personaNothingGiven)
  const schema = where === 'me' ? PersonalWishes : PersonaOverride
  const patch = schema.safeParse(Object.fromEntries(given))
  if (!patch.success) return await replyPrivately(context, faultOf(patch.error))
  const { db } = context.bot
  const scope = await scopeOf(context, where)
  const before = schema.safeParse(await getSetting(db, scope, 'persona')).data ?? {}
  await setSetting(db, scope, 'persona', { ...before, ...patch.data })
  await replyPrivately(context, strings.personaChanged[where])
}

export async function resetPersona(context: CommandContext, value: string): Promise<void> {
  const where = Where.parse(value)
  const refusal = whyNot(context, where)
  if (refusal !== undefined) return await replyPrivately(context, refusal)
  await deleteSetting(context.bot.db, await scopeOf(context, where), 'persona')
  await replyPrivately(context, strings.personaReset[where])
}

/** What others see is for those who may manage the server; one's own wishes are for everyone. */
function whyNot({ caller }: CommandContext, where: Where): string | undefined {
  if (where === 'me') return undefined
  if (caller.guildId === undefined || !caller.isMember) return strings.onlyOnServers
  return mayManageServer(caller) ? undefined : strings.needsManageServer
}

async function scopeOf({ bot, caller }: CommandContext, where: Where): Promise<string> {
  if (where === 'me') return personScope((await ensureAuthor(bot.db, caller.author)).personId)
  return where === 'server'
    ? guildScope('discord', caller.guildId ?? '')
    : channelScope('discord', caller.place.id)
}

function faultOf(error: z.ZodError): string {
  const [issue] = error.issues
  const field = String(issue?.path[0] ?? '')
  if (issue?.code === 'too_big') return strings.personaTooLong(field, Number(issue.maximum))
  return field === 'language' ? strings.personaBadLanguage : strings.personaNothingGiven
}
